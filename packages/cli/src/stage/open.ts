import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { FolderInUseError, lockFolder } from "@energylive/local/services/folder-lock";
import { lastStack, type StackFile } from "@energylive/local/stack-file";

import { loadDotEnv } from "../dot-env.ts";
import { FailedError, UsageError } from "../errors.ts";
import type { Output } from "../terminal/output.ts";
import { shortPath } from "../terminal/path.ts";
import { announcedFolders, isAlive } from "./announced.ts";
import { openDeployed } from "./deployed.ts";
import { openRunning } from "./running.ts";
import type { Stage } from "./stage.ts";
import { openStopped } from "./stopped.ts";

const DATA_FOLDER = ".energylive";

/** A running stack answers at once. If it does not, it has ended and another process has its process id. */
const ANSWER_TIMEOUT_MS = 1_000;

/** Another command may use the folder for a moment. */
const LOCK_PATIENCE_MS = 10_000;
const LOCK_RETRY_MS = 100;

export interface StageOptions {
  stage?: string | undefined;
  data?: string | undefined;
  debug?: true | undefined;
}

/**
 * Opens the deployed stage named by option or ENERGYLIVE_STAGE; otherwise the running embedded stack, or what the last one
 * stored.
 */
export async function openStage(options: StageOptions, output: Output): Promise<Stage> {
  const { data } = options;
  if (options.stage !== undefined && data !== undefined)
    throw new UsageError("--data names a folder of the embedded stack, and --stage a deployed stage", {
      advice: "give one of them",
    });
  // An option wins over the environment.
  const name = options.stage ?? (data === undefined ? (process.env.ENERGYLIVE_STAGE ?? "") : "");
  if (name !== "") return openDeployed(name);
  return openEmbedded(resolve(dataFolderOf(options)), output, options.debug === true);
}

/** So the command works in every folder of the project. */
export function dataFolderOf({ data }: Pick<StageOptions, "data">): string {
  if (data !== undefined) return data;
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, DATA_FOLDER))) return join(folder, DATA_FOLDER);
    if (folder === dirname(folder)) return DATA_FOLDER;
  }
}

/**
 * @throws {FailedError} if no stack was ever started in the folder
 * @throws {FolderInUseError} if another process holds the folder and does not answer
 */
async function openEmbedded(dataFolder: string, output: Output, debug: boolean): Promise<Stage> {
  const giveUpAt = Date.now() + LOCK_PATIENCE_MS;
  for (;;) {
    const known = await lastStack(dataFolder);
    if (known === undefined) {
      const elsewhere = await runningElsewhere(dataFolder);
      throw new FailedError(
        `no stack is running in ${shortPath(dataFolder)}, and none has stored anything there`,
        {
          advice:
            elsewhere ??
            "start one with npm start, name its folder with --data, or a deployed stage with --stage",
        },
      );
    }
    // npm start reads the same file.
    loadDotEnv(dirname(dirname(known.folder)));
    if (await isRunning(known.file)) return openRunning(known, { debug });
    try {
      const unlock = await lockFolder(known.folder);
      const stored = `No stack is running here: this is what is stored in ${shortPath(known.folder)} (npm start runs it).`;
      const elsewhere = await runningElsewhere(dataFolder);
      output.note(elsewhere === undefined ? stored : `${stored}\n${elsewhere}`);
      return openStopped(known, { debug, unlock });
    } catch (error) {
      if (!(error instanceof FolderInUseError) || Date.now() >= giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
    }
  }
}

/** Which stacks run in other data folders, and how to name one; nothing if there is none. */
async function runningElsewhere(dataFolder: string): Promise<string | undefined> {
  const running: string[] = [];
  for (const folder of new Set(await announcedFolders())) {
    if (folder === dataFolder) continue;
    const known = await lastStack(folder).catch(() => undefined);
    if (known !== undefined && (await isRunning(known.file))) running.push(shortPath(folder));
  }
  if (running.length === 0) return undefined;
  return `One is running in another folder: name it with ${running.map((folder) => `--data ${folder}`).join(" or ")}`;
}

async function isRunning({ pid, dynamodb }: StackFile): Promise<boolean> {
  if (!isAlive(pid)) return false;
  try {
    const response = await fetch(dynamodb, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return (await response.text()).startsWith("healthy");
  } catch {
    return false;
  }
}
