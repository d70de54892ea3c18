import { once } from "node:events";

import pc from "picocolors";

import { wrappedLines } from "./wrap.ts";

const isTerminal = process.stdout.isTTY === true;

/** Colours only on a terminal, and not if someone has turned them off. */
export const colours = pc.createColors(isTerminal && !process.env.NO_COLOR && process.env.TERM !== "dumb");

/** Where a verb writes: results to standard output, everything else to standard error. */
export interface Output {
  /** Results are written as JSON. */
  json: boolean;
  isTerminal: boolean;
  /** A person can be asked. */
  isInteractive: boolean;
  /** Part of the result. Waits while the reader is slow. */
  write(text: string): Promise<void>;
  /** A line of the result. */
  line(text: string): Promise<void>;
  /** The whole result: as JSON with `--json`, otherwise as text. */
  result(json: unknown, text: string): Promise<void>;
  /** A remark; with `--json` the field of an object. */
  note(text: string): void;
  /** Shows that something takes time; only on a terminal. */
  progress(text: string): Promise<Progress>;
}

export interface Progress {
  say(text: string): void;
  end(): void;
}

export function createOutput(options: { json: boolean }): Output {
  const { stdout, stderr } = process;
  async function write(text: string): Promise<void> {
    if (!stdout.write(text)) await once(stdout, "drain");
  }
  return {
    json: options.json,
    isTerminal,
    isInteractive: isTerminal && process.stdin.isTTY === true && !options.json,
    write,
    line: (text) => write(`${text}\n`),
    result: (json, text) => write(`${options.json ? JSON.stringify(json, null, 2) : wrappedLines(text)}\n`),
    note: (text) =>
      void stderr.write(`${options.json ? JSON.stringify({ note: text }) : wrappedLines(text)}\n`),
    async progress(text) {
      // ora divides by the width; a terminal without a window, as some containers give one, has none.
      const isAnimated = stderr.isTTY === true && stderr.columns > 0 && !options.json;
      if (!isAnimated) return { say: () => {}, end: () => {} };
      const { default: ora } = await import("ora");
      // ora would otherwise read the terminal to discard what is typed, and discard Ctrl-C.
      const spinner = ora({ text, stream: stderr, discardStdin: false }).start();
      return {
        say: (said) => {
          spinner.text = said;
        },
        end: () => void spinner.stop(),
      };
    },
  };
}
