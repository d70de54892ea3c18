import { type Command, Option, type OptionValues } from "@commander-js/extra-typings";
import type { TargetOptions } from "./target/open.ts";
import type { Target } from "./target/target.ts";
import { createOutput, type Output } from "./terminal/output.ts";

/** What every verb is given. */
export interface Context {
  /** Opens the target, once: after all that can be wrong with the command line itself has been looked at. */
  open(): Promise<Target>;
  output: Output;
  /** Aborted by Ctrl-C: what is half done is brought to an end. */
  signal: AbortSignal;
}

export type CommonOptions = TargetOptions & { json?: true | undefined };

/** The part of a verb's documentation that commander has no place for. */
export interface Manual {
  /** Command lines without `energylive`, each with what it does. */
  examples: readonly (readonly [command: string, what: string])[];
  /** What `--json` writes. */
  json?: string;
  /** Paragraphs below the description. */
  notes?: readonly string[];
}

const manuals = new WeakMap<object, Manual>();

export function manualOf(command: object): Manual | undefined {
  return manuals.get(command);
}

/** Documents a verb: for `--help` and for docs/cli.md. */
export function documented<Args extends unknown[], Options extends OptionValues, Global extends OptionValues>(
  command: Command<Args, Options, Global>,
  manual: Manual,
): Command<Args, Options, Global> {
  manuals.set(command, manual);
  const width = Math.max(...manual.examples.map(([line]) => line.length));
  const examples = manual.examples.map(([line, what]) => `  energylive ${line.padEnd(width)}  ${what}`);
  const notes = (manual.notes ?? []).map((note) => `\n${wrapped(note)}`);
  return command.addHelpText(
    "after",
    `${notes.join("\n")}${notes.length > 0 ? "\n" : ""}\nExamples:\n${examples.join("\n")}`,
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
    .addOption(
      new Option("--stage <name>", "a deployed stage, instead of the embedded stack").env("ENERGYLIVE_STAGE"),
    )
    .option("--data <folder>", "the data folder of the embedded stack (default: .energylive, here or above)")
    .option("--debug", "show stack traces, and what the fetcher logs")
    .helpOption("-h, --help", "show this help");
}

/**
 * Runs a verb, and closes the target that it opened, whatever happens.
 *
 * @param verb may answer an exit code other than 0
 */
export async function run(
  options: CommonOptions,
  verb: (context: Context) => Promise<unknown>,
): Promise<void> {
  const output = createOutput({ json: options.json === true });
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  let target: Promise<Target> | undefined;
  const open = () => {
    target ??= import("./target/open.ts").then(({ openTarget }) => openTarget(options, output));
    return target;
  };
  try {
    const code = await verb({ open, output, signal: stopping.signal });
    if (typeof code === "number") process.exitCode = code;
  } finally {
    // One that could not be opened has told so already.
    await (await target?.catch(() => undefined))?.close();
  }
}

function wrapped(text: string, columns = 80): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
