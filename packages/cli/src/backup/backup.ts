import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { noCounts } from "@energylive/local/backup/format";
import { backup } from "@energylive/local/backup/write";
import { OWNER_ONLY } from "@energylive/local/replace-file";
import { CHANNEL_FILE, TOKEN_FILE } from "@energylive/local/secret-files";
import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { FailedError } from "../errors.ts";
import { noteFiles } from "../start/notes.ts";
import { contents, ofEmbedded } from "./contents.ts";

/** `energylive backup` */
export function defineBackup(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("backup")
        .description("write all that an embedded stack holds to a file; it may run meanwhile")
        .argument("<file>", "replaced if it exists, once the new one is whole"),
    ),
    {
      examples: [["backup energylive.backup", "of the running or last embedded stack"]],
      json: "{ file, keys, devices, messages, measurements, profiles }, the last five as counts",
      notes: [
        "Tables, queued messages, dead letters, keys and channels. The file holds their secrets, so only you can read it: keep it like a password. What is collected while it is written may be in it or not; the rest is whole. A deployed stage has point-in-time recovery instead.",
      ],
    },
  ).action((file, options) => run(options, (context) => writeBackup(context, file)));
}

async function writeBackup({ open, output, untilStopped }: Context, file: string): Promise<void> {
  const stage = await open();
  const { folder } = ofEmbedded(stage);
  const dynamodb = await stage.dynamodb();
  const kind = stage.isSimulated ? "simulated" : "account";
  const progress = await output.progress("Reading");
  let counts = noCounts();
  const unfinished = `${file}.unfinished`;
  try {
    const source = {
      kind,
      folder,
      notes: [...noteFiles, CHANNEL_FILE, TOKEN_FILE],
      names: stage.names,
      dynamodb,
    } as const;
    const pieces = backup(source, Date.now(), (read) => {
      counts = read;
      progress.say(`Reading: ${contents(read)}`);
    });
    const target = createWriteStream(unfinished, { mode: OWNER_ONLY });
    await pipeline(pieces, createGzip(), target, { signal: untilStopped() });
    await rename(unfinished, file);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw asFailure(file, cause);
  } finally {
    progress.end();
  }
  await output.result({ file, ...counts }, `${file} holds ${contents(counts)}.`);
}

function asFailure(file: string, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  if (cause.name === "AbortError") return new FailedError("stopped: no backup was written", { cause });
  if ("path" in cause || ("code" in cause && cause.code === "ENOSPC"))
    return new FailedError(`${file} cannot be written: ${cause.message}`, {
      advice: "name another file, in a folder that exists and has room",
      cause,
    });
  return cause;
}
