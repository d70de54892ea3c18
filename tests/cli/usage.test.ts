import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

import { commandNodes } from "@energylive/cli/command-tree";
import { createProgram } from "@energylive/cli/program";
import { describe, expect, it } from "vitest";

import manifest from "../../package.json" with { type: "json" };
import { BIN, cli } from "./cli.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const nodes = commandNodes(createProgram());
const execute = promisify(execFile);

describe("energylive --help", () => {
  it.each(nodes.map(({ path }) => [path.join(" "), path] as const))(
    "shows usage and examples: %s",
    async (_, path) => {
      const { code, stdout, stderr } = await cli([...path, "--help"]);
      expect(code).toBe(0);
      expect(stderr).toBe("");
      expect(stdout).toContain(`Usage: ${["energylive", ...path].join(" ")}`);
      expect(stdout).toMatch(/Examples:\n {2}# .*\n {2}energylive /);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: looks for colours
      expect(stdout).not.toMatch(/\u001b/);
      const command = path.length > 0 && stdout.includes("Common options:");
      if (command) expect(stdout).toMatch(/\nWith --json: /);
    },
  );
});

describe("energylive help", () => {
  it("shows the help of the command that is named, however many words it has", async () => {
    for (const path of [[], ["latest"], ["devices"], ["devices", "add"]])
      expect((await cli(["help", ...path])).stdout).toBe((await cli([...path, "--help"])).stdout);
  });
});

describe("energylive, typed wrongly,", () => {
  it.each([
    [["help", "devices", "ad"], /unknown command 'ad'/],
    [["divices"], /unknown command 'divices'/],
    [["devices"], /Usage: energylive devices/],
    [["devices", "lst"], /unknown command 'lst'.*list.*\nenergylive devices --help shows how it is used\n$/s],
    [["devices", "list", "--jsn"], /unknown option '--jsn'.*--json/s],
    [["devices", "show"], /missing required argument 'device'/],
    [["devices", "add", "house"], /"house" is not a device id: it looks like I-10082023-01658401/],
    [
      ["devices", "add", "I-10082023-01658401", "--interval", "often"],
      /--interval takes seconds.*not "often"/,
    ],
    [["devices", "add", "I-10082023-01658401", "--name", " "], /--name is blank/],
    [["devices", "set", "I-10082023-01658401"], /missing required argument 'field=value'/],
    [["devices", "list", "--stage", "a b"], /stage "a b" cannot be/],
    [["devices", "list", "--stage", "test", "--data", "x"], /give one of them/],
    [["query"], /name a device, or give --type/],
    [["query", "--type", "power", "--since", "yesterdayish"], /"yesterdayish" is not a time/],
    [["query", "--type", "power", "--since", "2024-02-30"], /"2024-02-30" is not a time/],
    [["query", "--type", "power", "--since", "1h", "--until", "2h"], /--since 1h is not before --until 2h/],
    [["query", "--type", "power", "--limit", "0"], /--limit takes a whole number from 1/],
    [["query", "--type", "power", "--format", "xml"], /Allowed choices are table, csv, json, ndjson/],
    [["dashboard", "--port", "http"], /--port takes a whole number from 1 to 65535, not "http"/],
    [["energy", "--by", "decade"], /Allowed choices are quarter, hour, day, week, month, year/],
    [["energy", "--since", "2026-02-30"], /"2026-02-30" is not a time/],
    [["energy", "--since", "2026-02", "--until", "2026-01"], /--since 2026-02 is not before --until 2026-01/],
    [["energy", "--zone", "Wien"], /"Wien" is not a time zone/],
    [["profiles", "rebuild", "--since", "June"], /"June" is not a time: give 1h, 7d/],
    [["keys", "set", "a/b"], /"a\/b" is not a key's name/],
    [["dlq", "purge"], /without a terminal it needs --yes/],
    [["dlq", "redrive", "--reason", ""], /--reason is empty/],
  ])("says what to type instead, and exits with 2: %j", async (args, problem) => {
    const { code, stdout, stderr } = await cli(args);
    expect(stderr).toMatch(problem);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  it.each([
    [["keys", "set", "mother", "key-planted-as-an-argument"], /cannot be given as an argument/],
    [["keys", "set", "mother", "--key=key-planted-as-an-argument"], /unknown option '--key=…'/],
    [["keys", "set", "mother", "--key=key-planted-as-an-argument", "--json"], /unknown option '--key=…'/],
  ])("shows no part of a key that was given as an argument: %j", async (args, problem) => {
    const { code, stdout, stderr } = await cli(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(problem);
    expect(stdout + stderr).not.toContain("planted");
  });

  it.each([
    [["devices", "list", "--json", "--jsn"], /^unknown option '--jsn'/],
    [["devices", "add", "house", "--json"], /^"house" is not a device id/],
    [["devices", "--json"], /./],
  ])("reports a usage error as JSON: %j", async (args, message) => {
    const { code, stdout, stderr } = await cli(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(JSON.parse(stderr)).toEqual({
      error: {
        message: expect.stringMatching(message),
        advice: expect.stringMatching(/^energylive devices( list| add)? --help shows how it is used$/),
        exit_code: 2,
      },
    });
  });
});

describe("energylive --version", () => {
  it("shows the version", async () => {
    expect(await cli(["--version"])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });
});

describe("a data folder that cannot be one", () => {
  it.each([
    ["/proc/x", /^\/proc\/x cannot hold the data: no folder can be made in \/proc/],
    [BIN, /energylive\.js cannot hold the data: \S+energylive\.js is not a folder/],
  ])("is named, with the reason: %s", async (folder, problem) => {
    const { code, stderr } = await cli(["start", "--once", "--data", folder]);
    expect(code).toBe(1);
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(problem);
    expect(stderr).toContain("choose another folder with --data");
  });
});

describe("an error", () => {
  it("says what to do without a stack, and shows a stack trace only with --debug", async () => {
    const cwd = await mkdtemp(join(tmpdir(), "energylive-none-"));
    try {
      const plain = await cli(["devices", "list"], { cwd });
      expect(plain).toMatchObject({ code: 1, stdout: "" });
      expect(plain.stderr).toMatch(/no stack is running in \.energylive, and none has stored anything there/);
      expect(plain.stderr).toMatch(/start one with npm start/);
      expect(plain.stderr).not.toMatch(/\n\s+at /);
      const debug = await cli(["devices", "list", "--debug"], { cwd });
      expect(debug.code).toBe(1);
      expect(debug.stderr).toMatch(/\n\s+at /);
      const json = await cli(["devices", "list", "--json"], { cwd });
      expect(json).toMatchObject({ code: 1, stdout: "" });
      expect(JSON.parse(json.stderr)).toEqual({
        error: {
          message: "no stack is running in .energylive, and none has stored anything there",
          advice: expect.stringMatching(/^start one with npm start/),
          exit_code: 1,
        },
      });
    } finally {
      await rm(cwd, { recursive: true });
    }
  });

  it("says which AWS setting is missing", async () => {
    const { code, stderr } = await cli(["devices", "list", "--stage", "test"], {
      env: { HOME: "/nonexistent" },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/No AWS region is set\.\nSet AWS_REGION/);
    const withRegion = await cli(["devices", "list"], {
      env: { HOME: "/nonexistent", AWS_REGION: "eu-central-1", ENERGYLIVE_STAGE: "test" },
    });
    expect(withRegion.code).toBe(1);
    expect(withRegion.stderr).toMatch(/aws sts get-caller-identity must answer/);
    const doctor = await cli(["doctor", "--stage", "test", "--json"], {
      env: { HOME: "/nonexistent", AWS_REGION: "eu-central-1" },
    });
    expect(doctor.code).toBe(1);
    expect(JSON.parse(doctor.stdout)).toMatchObject({
      healthy: false,
      checks: [
        { name: "credentials", status: "wrong", advice: expect.stringMatching(/Log in or set AWS_PROFILE/) },
        { name: "region", status: "ok" },
      ],
    });
    const nowhere = await cli(["doctor", "--stage", "test"], { env: { HOME: "/nonexistent" } });
    expect(nowhere.stdout).toMatch(/WRONG {2}region +No AWS region is set\.\n +→ Set AWS_REGION/);
  });
});

describe("npx energylive", () => {
  it("works in a folder of the clone", async () => {
    const { stdout } = await execute("npx", ["--offline", "energylive", "--help"], {
      cwd: join(ROOT, "packages/core/src"),
    });
    expect(stdout).toMatch(/^Usage: energylive/);
  });

  it("says first, under npm start, that the Node which runs npm is no longer maintained", async () => {
    const help = async (version: string) => {
      const npm = {
        npm_lifecycle_event: "start",
        npm_config_user_agent: `npm/11.19.1 node/v${version} linux x64 workspaces/false`,
      };
      const { stderr } = await execute(process.execPath, [BIN, "start", "--help"], {
        env: { ...process.env, ...npm },
      });
      return stderr;
    };
    expect(await help("20.20.2")).toBe(
      "Node 20.20.2 is no longer maintained: install Node 22 or later, nodejs.org\n",
    );
    expect(await help("22.23.3")).toBe("");
  });

  const older = olderNode();
  it.skipIf(older === undefined)("hands over to the project's Node when an older one runs it", async () => {
    const { stdout } = await execute(older ?? "", [BIN, "--help"]);
    expect(stdout).toMatch(/^Usage: energylive/);
    await expect(execute(older ?? "", [BIN, "divices"])).rejects.toMatchObject({ code: 2 });
  });
});

/** A Node of this machine that is older than the project's, if it has one. */
function olderNode(): string | undefined {
  const current = Number(process.versions.node.split(".")[0]);
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "node"))
    .find((node) => {
      try {
        const version = execFileSync(node, ["-p", "process.versions.node"], { encoding: "utf8" });
        return Number(version.split(".")[0]) < current;
      } catch {
        return false;
      }
    });
}
