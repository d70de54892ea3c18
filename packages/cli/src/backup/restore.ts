import { basename, dirname, join, resolve } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { createLog } from "@energylive/core/log";
import { ENERGYLIVE_API_URL } from "@energylive/core/settings/environment";
import type { BackupHeader } from "@energylive/local/backup/format";
import { checkBackup } from "@energylive/local/backup/read";
import { restore } from "@energylive/local/backup/restore";
import { readStackFile, writeOwnStackFile } from "@energylive/local/stack-file";

import { type CommonOptions, type Context, documented, run, withCommonOptions } from "../command.ts";
import { dataFolderOf } from "../stage/open.ts";
import { makeFolder } from "../start/folder.ts";
import { logDestination } from "../terminal/log.ts";
import { localTime } from "../terminal/measurement-table.ts";
import { shortPath } from "../terminal/path.ts";
import { contents, ofEmbedded } from "./contents.ts";

/** `energylive restore` */
export function defineRestore(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("restore")
        .description("add what a backup holds to an embedded stack, running or not, also to an empty folder")
        .argument("<file>", "that energylive backup wrote"),
    ),
    {
      examples: [
        ["restore energylive.backup", "here; npm start goes on with it"],
        ["restore energylive.backup --data /srv/energylive", "into another data folder"],
      ],
      json: "{ file, created_at, folder, keys, devices, messages, measurements, profiles }, the last five as counts of what was added",
      notes: [
        "The whole file is read and checked before anything is written. What the stack has already stays: devices as they are, newer measurements, keys. So it may be stopped and repeated. Load profiles of days that both have are joined.",
      ],
    },
  ).action(async (file, options) => {
    const { header } = await checkBackup(file);
    const data = await prepareFolder(options, header);
    // Opened by its folder, which was the last one only if it is of the same kind.
    return run({ ...options, data }, (context) => restoreBackup(context, file, header));
  });
}

/** The folder of the stack of this kind, made if there is none: a new machine has none. */
async function prepareFolder(options: CommonOptions, { kind }: BackupHeader): Promise<string | undefined> {
  // Opening a deployed stage then says what is wrong.
  if (options.stage !== undefined) return undefined;
  const given = resolve(dataFolderOf(options));
  const dataFolder = basename(given) === kind ? dirname(given) : given;
  const folder = join(dataFolder, kind);
  if ((await readStackFile(folder)) === undefined) {
    await makeFolder(dataFolder, kind);
    const nowhere = { dynamodb: "", sqs: "", queueUrl: "", dlqUrl: "", api: ENERGYLIVE_API_URL };
    await writeOwnStackFile(folder, { pid: process.pid, kind, ...nowhere });
  }
  return folder;
}

async function restoreBackup({ open, output }: Context, file: string, header: BackupHeader): Promise<void> {
  const stage = await open();
  const { folder } = ofEmbedded(stage);
  const [dynamodb, measurements, profiles] = [
    await stage.dynamodb(),
    await stage.queues("measurements"),
    await stage.queues("profiles"),
  ];
  const progress = await output.progress("Restoring");
  const urls = {
    measurementQueue: measurements.queueUrl,
    measurementDlq: measurements.dlqUrl,
    profileQueue: profiles.queueUrl,
    profileDlq: profiles.dlqUrl,
  };
  const target = {
    folder,
    names: stage.names,
    dynamodb,
    sqs: measurements.sqs,
    queueUrl: (queue: keyof typeof urls) => urls[queue],
    log: createLog({ level: "warn", destination: logDestination() }),
  };
  try {
    const added = await restore(file, target, (counts) => progress.say(`Restoring: ${contents(counts)}`));
    await output.result(
      { file, created_at: header.created_at, folder: shortPath(folder), ...added },
      `Added to ${stage.label}, from the backup of ${localTime(Date.parse(header.created_at))}: ${contents(added)}.`,
    );
  } finally {
    progress.end();
  }
}
