import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type StandInAws, startStandInAws } from "./aws.ts";
import { type CliStack, cli, startCliStack } from "./cli.ts";

let stack: CliStack;
let aws: StandInAws;
beforeAll(async () => {
  stack = await startCliStack();
  aws = await startStandInAws(stack.collector);
});
afterAll(async () => {
  await aws[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

describe("energylive tokens", () => {
  it("shows a token once, keeps only its hash, and forgets it when it is revoked", async () => {
    const { token, scope } = await stack.json("tokens", "add", "grafana");
    expect(token).toMatch(/^elt_[\w-]{43}$/);
    expect(scope).toBe("read");
    await stack.json("tokens", "add", "steward", "--scope", "control");
    const listed = await stack.run("tokens", "list");
    expect(listed.stdout).toMatch(/grafana +│? *read[\s\S]*steward +│? *control/);
    const file = join(stack.data, "account", "tokens.json");
    expect((await stat(file)).mode & 0o077).toBe(0);
    for (const text of [await readFile(file, "utf8"), listed.stdout]) expect(text).not.toContain(token);

    const again = await stack.run("tokens", "add", "grafana");
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringMatching(/there is a token "grafana" already/),
    ]);
    expect((await stack.run("tokens", "add", "a b")).code).toBe(2);
    expect(await stack.json("tokens", "revoke", "grafana")).toEqual({ name: "grafana", revoked: true });
    expect((await stack.json("tokens", "list")).map(({ name }: { name: string }) => name)).toEqual([
      "steward",
    ]);
    for (const name of ["grafana", "constructor"]) {
      const gone = await stack.run("tokens", "revoke", name);
      expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining(`there is no token "${name}"`)]);
    }
  });

  it("keeps those of a deployed stage in SSM, by their hashes", async () => {
    const run = (...args: string[]) => cli([...args, "--stage", "local", "--json"], { env: aws.env });
    const { token } = JSON.parse((await run("tokens", "add", "grafana")).stdout);
    const kept = aws.parameters.get("/energylive/local/tokens/grafana");
    expect(kept?.type).toBe("SecureString");
    expect(kept?.value).not.toContain(token);
    expect(JSON.parse((await run("tokens", "list")).stdout)).toMatchObject([
      { name: "grafana", scope: "read" },
    ]);
    expect((await run("tokens", "revoke", "grafana")).code).toBe(0);
    expect(aws.parameters.size).toBe(0);
  });
});
