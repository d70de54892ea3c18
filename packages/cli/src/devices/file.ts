import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { buffer } from "node:stream/consumers";

import type { WrittenConfig } from "@energylive/core/device/registry";
import * as z from "zod";

import { FailedError, UsageError } from "../errors.ts";
import { readCsv } from "./csv.ts";
import { namedType } from "./fields.ts";
import type { DevicesFile, FileEntry } from "./file-entry.ts";

/**
 * Reads a file of devices, CSV or JSON by its extension or its first character.
 *
 * @param path `-` is standard input
 * @throws {FailedError} for a file that is neither
 */
export async function readDevicesFile(path: string): Promise<DevicesFile> {
  const content = decoded(await bytesOf(path), path);
  const isJson = extname(path) === ".json" || (extname(path) !== ".csv" && /^\s*[[{]/.test(content));
  return isJson ? { entries: readJson(content, path), problems: [] } : readCsv(content, path);
}

/** The format that a file's extension names; CSV for standard output. */
export function formatOf(path: string): "csv" | "json" {
  const ending = extname(path);
  if (ending === ".csv" || ending === ".json") return ending === ".csv" ? "csv" : "json";
  throw new UsageError(`${path} ends in neither .csv nor .json`);
}

async function bytesOf(path: string): Promise<Buffer> {
  if (path === "-") return buffer(process.stdin);
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FailedError(`${path} cannot be read`, { advice: "does the file exist?", cause });
  }
}

function decoded(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FailedError(`${path} is not UTF-8`, { advice: 'save it as "CSV UTF-8"', cause });
  }
}

function readJson(content: string, path: string): FileEntry[] {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new FailedError(`${path} is not JSON: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  const items = z.array(z.unknown()).safeParse(json);
  if (!items.success) throw new FailedError(`${path} is not a JSON array of devices`);
  return items.data.map((item, index) => {
    const config = z.record(z.string(), z.unknown()).safeParse(item);
    return { place: `device ${index + 1}`, config: configOf(config.data ?? {}), problems: [] };
  });
}

/** An item copied from the console includes the fetcher's state, which is not configuration. */
function configOf({ state, ...config }: WrittenConfig): WrittenConfig {
  const types = z.array(z.string()).safeParse(config.measurement_types);
  return types.success ? { ...config, measurement_types: types.data.map(namedType) } : config;
}
