import { type ParseArgsConfig, parseArgs } from "node:util";

const EXIT_WRONG_USE = 2;

/**
 * The flags that a script of this repository was started with. `--help` ends it with its usage, a wrong flag with what is
 * wrong and the usage.
 */
export function readFlags<const Options extends NonNullable<ParseArgsConfig["options"]>>(
  usage: string,
  options: Options,
) {
  if (process.argv.includes("--help")) {
    process.stdout.write(`${usage}\n`);
    process.exit();
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return endWith(error instanceof Error ? error.message : String(error), usage);
  }
}

/** The number that a flag has; anything else, or less than `atLeast`, ends the script with its usage. */
export function numberOf(flag: string, text: string, atLeast: number, usage: string): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return number >= atLeast
    ? number
    : endWith(`--${flag} is not a number of ${atLeast} or more: ${text}`, usage);
}

/** Ends the script for having been used wrongly. */
export function endWith(problem: string, usage: string): never {
  process.stderr.write(`${problem}\n\n${usage}\n`);
  process.exit(EXIT_WRONG_USE);
}
