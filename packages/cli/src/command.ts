import type { Command, OptionValues } from "@commander-js/extra-typings";
import type { StageOptions } from "./stage/open.ts";
import type { Stage } from "./stage/stage.ts";
import { createOutput, type Output } from "./terminal/output.ts";
import { wrapped } from "./terminal/wrap.ts";

/** As wide as commander writes where there is no terminal. */
const HELP_COLUMNS = 80;

/** What every verb is given. */
export interface Context {
  /** Opens the stage, once: after all that can be wrong with the command line itself has been looked at. */
  open(): Promise<Stage>;
  output: Output;
  /**
   * Ctrl-C ends the process at once, unless a verb has begun something that it must bring to an end: from this call on
   * the first Ctrl-C aborts the signal instead.
   */
  untilStopped(): AbortSignal;
}

export type CommonOptions = StageOptions & { json?: true | undefined };

/** The part of a verb's documentation that commander has no place for. */
export interface Manual {
  /** Command lines without `energylive`, each with what it does. */
  examples: readonly (readonly [command: string, what: string])[];
  /** What `--json` writes. */
  json?: string;
  /** Paragraphs below the description. */
  notes?: readonly string[];
}

/** Adds the documentation to the verb's `--help`. */
export function documented<Args extends unknown[], Options extends OptionValues, Global extends OptionValues>(
  command: Command<Args, Options, Global>,
  { examples, json, notes = [] }: Manual,
): Command<Args, Options, Global> {
  const paragraphs = [...notes, ...(json === undefined ? [] : [`With --json: ${json}.`])];
  return command.addHelpText(
    "after",
    [
      ...paragraphs.map((paragraph) => `\n${wrapped(paragraph, { columns: HELP_COLUMNS })}`),
      "\nExamples:",
      ...examples.map(([line, what]) => `  # ${what}\n  energylive ${line}`),
    ].join("\n"),
  );
}

/** The options that every verb has. */
export function withCommonOptions<
  Args extends unknown[],
  Options extends OptionValues,
  Global extends OptionValues,
>(command: Command<Args, Options, Global>) {
  return command
    .optionsGroup("Common options:")
    .option("--json", "write the result as JSON")
    .option("--stage <name>", "a deployed stage, instead of the embedded stack (default: ENERGYLIVE_STAGE)")
    .option("--data <folder>", "the data folder of the embedded stack (default: .energylive, here or above)")
    .option("--debug", "show stack traces, and what the fetcher logs")
    .helpOption("-h, --help", "show this help");
}

/**
 * Runs a verb, and closes the stage that it opened, whatever happens.
 *
 * @param verb may answer an exit code other than 0
 */
export async function run(
  options: CommonOptions,
  verb: (context: Context) => Promise<unknown>,
): Promise<void> {
  const output = createOutput({ json: options.json === true });
  let stage: Promise<Stage> | undefined;
  const open = () => {
    stage ??= import("./stage/open.ts").then(({ openStage }) => openStage(options, output));
    return stage;
  };
  try {
    const code = await verb({ open, output, untilStopped });
    if (typeof code === "number") process.exitCode = code;
  } finally {
    // One that could not be opened has told so already.
    await (await stage?.catch(() => undefined))?.close();
  }
}

function untilStopped(): AbortSignal {
  const stopping = new AbortController();
  // Once: a second Ctrl-C does not wait.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stopping.abort());
  return stopping.signal;
}
