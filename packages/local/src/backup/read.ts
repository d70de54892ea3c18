import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

import { type BackupCounts, BackupHeader, BackupLine, countLine, noCounts } from "./format.ts";

/** A file is not a backup, or not a whole one. The message says which line is wrong. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/**
 * Reads a whole backup and keeps none of it.
 *
 * @throws {BackupError}
 */
export async function checkBackup(file: string): Promise<{ header: BackupHeader; counts: BackupCounts }> {
  const counts = noCounts();
  let header: BackupHeader | undefined;
  let end: BackupCounts | undefined;
  for await (const line of readBackup(file)) {
    if ("energylive_backup" in line) header = line;
    else if ("end" in line) end = line.end;
    else countLine(counts, line);
  }
  if (header === undefined) throw new BackupError(`${file} is empty`);
  if (end === undefined) throw new BackupError(`${file} was cut off: its last line is missing`);
  if (JSON.stringify(end) !== JSON.stringify(counts))
    throw new BackupError(`${file} lacks a part of what its last line says that it has`);
  return { header, counts };
}

/**
 * The lines of a backup, in order.
 *
 * @throws {BackupError}
 */
export async function* readBackup(file: string): AsyncGenerator<BackupHeader | BackupLine> {
  let number = 0;
  for await (const text of textLines(file)) {
    number += 1;
    yield parseLine(file, number, text);
  }
}

function parseLine(file: string, number: number, text: string): BackupHeader | BackupLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A parser's message quotes the line, which may hold a key.
    throw new BackupError(`line ${number} of ${file} is not JSON`);
  }
  const parsed = number === 1 ? BackupHeader.safeParse(value) : BackupLine.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BackupError(
    number === 1
      ? `${file} is not a backup of energylive, or of a later version`
      : `line ${number} of ${file} is not one of a backup`,
  );
}

async function* textLines(file: string): AsyncGenerator<string> {
  let rest = "";
  // What goes wrong reaches the reader of the last stream.
  const unpacked = pipeline(createReadStream(file), createGunzip(), () => {});
  unpacked.setEncoding("utf8");
  try {
    for await (const chunk of unpacked) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
  if (rest !== "") yield rest;
}

function unreadable(file: string, cause: unknown): unknown {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code === "Z_BUF_ERROR") return new BackupError(`${file} was cut off`, { cause });
  if (code.startsWith("Z_")) return new BackupError(`${file} is not a backup, or is damaged`, { cause });
  if (code === "ENOENT") return new BackupError(`${file} is not there`, { cause });
  if (code.startsWith("E")) return new BackupError(`${file} cannot be read: ${code}`, { cause });
  return cause;
}
