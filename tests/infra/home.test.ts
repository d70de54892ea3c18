import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { DEFAULT_DASHBOARD_PORT } from "@energylive/cli/dashboard/open";
import { createProgram } from "@energylive/cli/program";
import { DockerfileParser, type Instruction } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import manifest from "../../package.json" with { type: "json" };

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (name: string) => readFileSync(join(ROOT, name), "utf8");

const dockerfile = DockerfileParser.parse(read("Dockerfile"));
const instructions = (keyword: string): Instruction[] =>
  dockerfile.getInstructions().filter((instruction) => instruction.getKeyword() === keyword);
/** Of an instruction in its JSON form. */
const words = (keyword: string): string[] =>
  JSON.parse(/\[.*\]/s.exec(instructions(keyword).at(-1)?.getRawArgumentsContent() ?? "")?.[0] ?? "[]");

/** The command line behind `energylive`, as its options with their values; fails for one that there is not. */
function optionsOf(line: readonly string[]): Record<string, unknown> {
  const at = line.findIndex((word) => /energylive(\.js)?$/.test(word));
  const [verb = "", ...rest] = line.slice(at + 1);
  const command = createProgram({ silent: true }).commands.find((one) => one.name() === verb);
  if (command === undefined) throw new Error(`there is no energylive ${verb}`);
  const { operands, unknown } = command.parseOptions(rest);
  expect([...operands, ...unknown]).toEqual([]);
  return command.opts();
}

/** As `npm start` runs it. */
const NODE_FLAGS = manifest.scripts.start.split(" ").filter((word) => word.startsWith("--"));

const compose = parse(read("compose.yaml"));
const service = compose.services.energylive;

describe("the container", () => {
  it("is built by a file without a mistake, on the Node of this project", () => {
    expect(validate(read("Dockerfile")).map(({ message }) => message)).toEqual([]);
    const [major] = manifest.devDependencies.node.replace("^", "").split(".");
    for (const from of dockerfile.getFROMs()) expect(from.getImageTag()).toMatch(new RegExp(`^${major}-`));
    expect(dockerfile.getFROMs()).toHaveLength(2);
  });

  it("is given the files that it copies, and no others", () => {
    const ignored = read(".dockerignore").split("\n");
    expect(ignored[0]).toBe("*");
    const given = ignored.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    const copied = instructions("COPY")
      .filter((copy) => !copy.getTextContent().includes("--from"))
      .flatMap((copy) => copy.getArguments().slice(0, -1).map(String));
    expect(copied).toEqual(given);
    for (const name of given) expect(existsSync(join(ROOT, name))).toBe(true);
  });

  it("runs npm start's command as nobody in particular, and says when nothing is polled", () => {
    expect(instructions("USER").map((user) => user.getRawArgumentsContent())).toEqual(["node"]);
    const started = words("CMD");
    expect(started).toEqual(expect.arrayContaining(NODE_FLAGS));
    const { data, port, host, passwordFile } = optionsOf(started);
    expect({ data, port, host }).toEqual({
      data: instructions("VOLUME")[0]?.getRawArgumentsContent(),
      port: String(DEFAULT_DASHBOARD_PORT),
      host: "0.0.0.0",
    });
    const [secret] = Object.keys(compose.secrets);
    expect(passwordFile).toBe(`/run/secrets/${secret}`);
    expect(optionsOf(words("HEALTHCHECK"))).toMatchObject({ data, collecting: true });
  });

  it("is composed with what it needs, and can write to its volume alone", () => {
    expect(service.ports).toEqual([`${DEFAULT_DASHBOARD_PORT}:${DEFAULT_DASHBOARD_PORT}`]);
    expect(service.volumes).toEqual([`${Object.keys(compose.volumes)[0]}:${optionsOf(words("CMD")).data}`]);
    expect(service.secrets).toEqual(Object.keys(compose.secrets));
    expect(service).toMatchObject({ build: ".", read_only: true, cap_drop: ["ALL"], tmpfs: ["/tmp"] });
    expect(existsSync(join(ROOT, service.build, "Dockerfile"))).toBe(true);
  });
});

describe("the systemd unit", () => {
  const unit = read("energylive.service");
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1] ?? "";
  const folder = value("WorkingDirectory");

  it("runs npm start's command as a user of its own, with the data in its state directory", () => {
    const started = value("ExecStart").split(" ");
    expect(started[0]).toBe(`${folder}/node_modules/.bin/node`);
    expect(started).toEqual(expect.arrayContaining(NODE_FLAGS));
    expect(optionsOf(started)).toMatchObject({
      data: `/var/lib/${value("StateDirectory")}`,
      host: "0.0.0.0",
    });
    expect(value("User")).toBe("energylive");
    const [credential] = value("LoadCredential").split(":");
    expect(optionsOf(started).passwordFile).toBe(`\${CREDENTIALS_DIRECTORY}/${credential}`);
  });

  it.skipIf(!existsSync("/usr/bin/systemd-analyze"))("is one that systemd accepts", async () => {
    const place = await mkdtemp(join(tmpdir(), "energylive-unit-"));
    try {
      const file = join(place, "energylive.service");
      await writeFile(file, unit.replaceAll(`${folder}/`, ROOT));
      const said = execFileSync("systemd-analyze", ["verify", file], { encoding: "utf8", stdio: "pipe" });
      expect(said).toBe("");
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  });
});
