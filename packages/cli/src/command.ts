import type { Command, OptionValues } from "@commander-js/extra-typings";
import type { StageOptions } from "./stage/open.ts";
import type { Stage } from "./stage/stage.ts";
import { createOutput, type Output } from "./terminal/output.ts";
import { wrapped } from "./terminal/wrap.ts";

/** Commander's width without a terminal. */
const HELP_COLUMNS = 80;

/** What every verb gets. */
export interface Context {
  /** Opens the stage, once. Call it after checking the command line. */
  open(): Promise<Stage>;
  output: Output;
  /**
   * By default Ctrl-C ends the process at once. A verb that must finish what it has started calls this: from then on the
   * first Ctrl-C aborts the signal instead.
   */
  untilStopped(): AbortSignal;
}

export type CommonOptions = StageOptions & { json?: true | undefined };

/** Documentation of a verb that commander has no place for. */
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
    .option("--debug", "show stack traces and what the fetcher logs")
    .helpOption("-h, --help", "show this help");
}

/**
 * Runs a verb, and closes the stage that it opened in any case.
 *
 * @param verb may return an exit code other than 0
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
    // If opening failed, the error has already been reported.
    await (await stage?.catch(() => undefined))?.close();
  }
}

function untilStopped(): AbortSignal {
  const stopping = new AbortController();
  // Once, so a second Ctrl-C ends the process.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stopping.abort());
  return stopping.signal;
}
