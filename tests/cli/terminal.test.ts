import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { API_KEY, BIN, type CliStack, sendAll, startCliStack } from "./cli.ts";

/** Gives a command a terminal; part of every Linux. On macOS it takes other options. */
const SCRIPT = "/usr/bin/script";
const hasTerminal = process.platform === "linux" && existsSync(SCRIPT);

const MOTHER = "key-of-mother-planted-0123456789";
const ENTER = "\r";
const DOWN = "\x1b[B";
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told
const ERASED_LINE = /\x1b\[(?:1G|2K)/;
const CTRL_C = "\x03";

let stack: CliStack;
beforeAll(async () => {
  stack = await startCliStack(3);
  for (const device_id of stack.collector.ids.slice(0, 2))
    await stack.collector.put({ device_id, name: "A name that is longer than most names are" });
  await stack.collector.stack.poll({});
  await stack.collector.drained();
});
afterAll(() => stack[Symbol.asyncDispose]());

/** Waits for a text on the screen, then types. */
type Step = readonly [seen: RegExp, keys: string];

/** Runs the command as a person does at a terminal with this many columns. */
async function atTerminal(
  args: readonly string[],
  {
    columns = 80,
    steps = [],
    data = stack.data,
  }: { columns?: number; steps?: readonly Step[]; data?: string } = {},
) {
  // `npm start` with a key would poll an account.
  const key = data === stack.data ? { ENERGYLIVE_API_KEY: API_KEY } : {};
  const command = [process.execPath, BIN, ...args, "--data", data].map((word) => `'${word}'`).join(" ");
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(SCRIPT, ["-qec", `stty cols ${columns} rows 40; exec ${command}`, "/dev/null"], {
    cwd: stack.data,
    env: { PATH, HOME, TERM: "xterm-256color", ...key },
    stdio: "pipe",
  });
  let screen = "";
  const left = [...steps];
  child.stdout.on("data", (chunk) => {
    screen += chunk;
    const [next] = left;
    if (next?.[0].test(stripVTControlCharacters(screen)) !== true) return;
    left.shift();
    child.stdin.write(next[1]);
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const text = stripVTControlCharacters(withoutSpinner(screen)).replaceAll("\r\n", "\n");
  return { code, screen, text, lines: text.split("\n") };
}

/** A spinner is drawn again and again on one line, which it erases. */
function withoutSpinner(screen: string): string {
  return screen
    .split("\n")
    .map((line) => line.split(ERASED_LINE).at(-1))
    .join("\n");
}

describe.skipIf(!hasTerminal)("npm start at a terminal", () => {
  it("keeps the dashboard's address and every household on the screen", async () => {
    const data = await mkdtemp(join(tmpdir(), "energylive-screen-"));
    try {
      const { code, text } = await atTerminal(["start"], { data, steps: [[/Household 5 .* ok/, CTRL_C]] });
      expect(code).toBe(0);
      const [frame = ""] = text.split("Ctrl-C stops.");
      expect(frame).toMatch(/page +http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n/);
      for (const household of [1, 2, 3, 4, 5]) expect(frame).toContain(`Household ${household} `);
      expect(text).toContain("Stopping: finishing what is in flight");
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });
});

describe.skipIf(!hasTerminal)("at a terminal", () => {
  it.each([60, 80])("fits tables and sentences into %d columns", async (columns) => {
    const [id = ""] = stack.collector.ids;
    const across = columns < 80 ? [] : [["query", "--type", "power"]];
    const commands = [
      ["devices", "list"],
      ["latest"],
      ["query", id],
      ...across,
      ["doctor"],
      ["keys", "list"],
    ];
    const shown = await Promise.all(commands.map((args) => atTerminal(args, { columns })));
    for (const { lines } of shown) {
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
    }
  });

  it("shows colours on a terminal only", async () => {
    const { screen } = await atTerminal(["devices", "list"]);
    expect(screen).toContain("\x1b[32mok\x1b[39m");
    expect((await stack.run("devices", "list")).stdout).not.toContain("\x1b");
  });

  it("asks for a key without showing it", async () => {
    const { code, screen } = await atTerminal(["keys", "set", "mother"], {
      steps: [[/The key "mother"/, `${MOTHER}${ENTER}`]],
    });
    expect(code).toBe(0);
    expect(screen).not.toContain(MOTHER);
    expect(await readFile(join(stack.data, "account", "keys.json"), "utf8")).toContain(MOTHER);
  });

  it("changes nothing when Ctrl-C answers a question", async () => {
    const { code, text } = await atTerminal(["keys", "set", "father"], {
      steps: [[/The key "father"/, CTRL_C]],
    });
    expect(code).toBe(1);
    expect(text).toMatch(/stopped: nothing was changed/);
    expect((await stack.json("keys", "list")).map(({ name }: { name: string }) => name)).toEqual(["mother"]);
  });

  it("lets a person choose among the devices, and marks existing ones", async () => {
    const [first, , third] = stack.collector.ids;
    const { code, text } = await atTerminal(["devices", "discover"], {
      steps: [
        [/submit/, " "],
        [/◉/, ENTER],
      ],
    });
    expect(text).toMatch(new RegExp(`${first} collected already`));
    expect(text).toMatch(new RegExp(`${third}  added`));
    expect(code).toBe(0);
  });

  it("offers to export before it purges, and keeps what it is told to keep", async () => {
    const { dlqUrl } = stack.collector.stack.endpoints;
    await sendAll(stack.collector, dlqUrl, [{ body: "one" }, { body: "two" }]);
    const kept = await atTerminal(["dlq", "purge"], { steps: [[/submit|select/, `${DOWN}${DOWN}${ENTER}`]] });
    expect(kept.text).toMatch(/Delete 2 messages of the embedded stack in account for good\?/);
    expect(kept.text).toMatch(/Nothing was deleted/);
    expect(await stack.json("dlq", "list", "--all")).toHaveLength(2);
    const purged = await atTerminal(["dlq", "purge"], {
      columns: 120,
      steps: [
        [/submit|select/, ENTER],
        [/File \(/, `letters.ndjson${ENTER}`],
      ],
    });
    expect(purged.text).toMatch(/2 messages deleted\. A copy is in letters\.ndjson\./);
    const copy = await readFile(join(stack.data, "letters.ndjson"), "utf8");
    expect(copy.trim().split("\n")).toHaveLength(2);
    expect(await stack.json("dlq", "list")).toEqual([]);
  });
});
