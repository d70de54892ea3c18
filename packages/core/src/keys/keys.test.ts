import { inspect } from "node:util";

import { SSMClient } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";

import { AwsFailure, startAws } from "../../../../tests/support/aws.ts";
import { leapingClock } from "../testing/clock.ts";
import { ApiKey, KeyUnavailableError } from "./api-key.ts";
import { createKeyStore, deployedKeySource, type ParameterReader } from "./store.ts";
import { ssmKeyVault } from "./vault.ts";

const SECRET = "VsMgAMu7D6SD7jXEzbDlw_planted";

describe("a key (invariant 8)", () => {
  it("shows a key to the API client only", () => {
    const key = new ApiKey("mother", SECRET);
    const shown = [
      JSON.stringify({ key }),
      inspect({ key }, { depth: 9, showHidden: true }),
      String(key),
      `${Object.entries(key)}`,
    ];
    for (const text of shown) expect(text).not.toContain(SECRET);
    expect(key.reveal()).toBe(SECRET);
    expect(key.redact(`x${SECRET}y${SECRET}`)).toBe("x[key mother]y[key mother]");
    expect(inspect(key)).toBe("[key mother]");
  });

  it("does not redact a key shorter than eight characters, which could be part of a value", () => {
    expect(new ApiKey("short", "1234567").redact("value 1234567")).toBe("value 1234567");
    expect(new ApiKey("long", "12345678").redact("value 12345678")).toBe("value [key long]");
  });

  it("trims a key, because a pasted one often ends with a line break", () => {
    expect(new ApiKey("default", ` ${SECRET}\n`).reveal()).toBe(SECRET);
  });

  it.each(["", "  ", `${SECRET}\n${SECRET}`, "schlüssel"])(
    "refuses a key that is not a valid header, without showing it: %j",
    (value) => {
      expect(() => new ApiKey("mother", value)).toThrow(KeyUnavailableError);
      expect(() => new ApiKey("mother", value)).toThrow(
        value.trim() === ""
          ? 'the key "mother" is empty'
          : 'the key "mother" contains characters that a key cannot',
      );
      expect(() => new ApiKey("mother", value)).not.toThrow(new RegExp(SECRET));
    },
  );
});

describe("the key store", () => {
  it("asks for a key once, and again after five minutes, so a rotated key is picked up", async () => {
    const clock = leapingClock();
    let asked = 0;
    const keys = createKeyStore({ clock, source: async (name) => new ApiKey(name, `${SECRET}${++asked}`) });
    await Promise.all([keys.get("a"), keys.get("a"), keys.get("a")]);
    expect(asked).toBe(1);
    clock.advance(299_999);
    await keys.get("a");
    expect(asked).toBe(1);
    clock.advance(1);
    expect((await keys.get("a")).reveal()).toBe(`${SECRET}2`);
  });

  it("soon asks again for a key that was not available", async () => {
    const clock = leapingClock();
    let works = false;
    const keys = createKeyStore({
      clock,
      source: async (name) => {
        if (!works) throw new KeyUnavailableError("not now");
        return new ApiKey(name, SECRET);
      },
    });
    await expect(keys.get("a")).rejects.toThrow("not now");
    works = true;
    await expect(keys.get("a")).rejects.toThrow("not now");
    clock.advance(9_999);
    await expect(keys.get("a")).rejects.toThrow("not now");
    clock.advance(1);
    expect((await keys.get("a")).name).toBe("a");
  });
});

const PATH = "/energylive/test/keys/";

describe("the keys of a deployment", () => {
  const open = (readParameter: ParameterReader, defaultKey?: string) =>
    deployedKeySource({ defaultKey, readParameter, path: PATH });

  it("takes every key from SSM", async () => {
    const source = open(async (name) => `${SECRET} of ${name}`.replaceAll(" ", "-"));
    for (const name of ["default", "mother"]) {
      const key = await source(name);
      expect([key.name, key.reveal()]).toEqual([name, `${SECRET}-of-${PATH}${name}`]);
    }
  });

  it("takes the key named default from the deployment's secret while SSM has none, or does not answer", async () => {
    const secret = `${SECRET}-of-the-deployment`;
    const down = () => Promise.reject(new Error("SSM is down"));
    for (const readParameter of [async () => undefined, down]) {
      const source = open(readParameter, secret);
      expect((await source("default")).reveal()).toBe(secret);
      await expect(source("mother")).rejects.toThrow(KeyUnavailableError);
    }
    expect((await open(async () => SECRET, secret)("default")).reveal()).toBe(SECRET);
  });

  it("says what to do about a missing key", async () => {
    const denial = Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });
    const source = open(async (name) => {
      if (name.endsWith("denied")) throw denial;
      return name.endsWith("empty") ? "" : undefined;
    });
    await expect(source("default")).rejects.toThrow(
      /key "default" not found: create the SSM SecureString parameter \/energylive\/test\/keys\/default/,
    );
    await expect(source("mother")).rejects.toThrow(
      /key "mother" not found: create the SSM SecureString parameter \/energylive\/test\/keys\/mother/,
    );
    await expect(source("denied")).rejects.toThrow(/the key "denied" could not be read from the SSM/);
    await expect(source("empty")).rejects.toThrow(/the key "empty" is empty: set it again/);
    for (const name of ["default", "mother", "denied", "empty"])
      await expect(source(name)).rejects.toMatchObject({
        name: "KeyUnavailableError",
        code: "key_unavailable",
      });
    await expect(source("denied")).rejects.toMatchObject({ cause: denial });
  });
});

describe("the vault of a deployment's keys", () => {
  const open = async (answer: Parameters<typeof startAws>[0]) => {
    const aws = await startAws(answer);
    const ssm = new SSMClient(aws.config);
    return {
      aws,
      vault: ssmKeyVault({ ssm, path: PATH }),
      async [Symbol.asyncDispose]() {
        ssm.destroy();
        await aws[Symbol.asyncDispose]();
      },
    };
  };

  it("writes keys encrypted, replacing one with the same name", async () => {
    await using keys = await open(() => ({}));
    await keys.vault.set(new ApiKey("mother", SECRET));
    expect(keys.aws.requests).toEqual([
      {
        operation: "PutParameter",
        input: { Name: `${PATH}mother`, Value: SECRET, Type: "SecureString", Overwrite: true },
      },
    ]);
  });

  it("lists keys by name, page by page, without their values", async () => {
    const pages = [
      { Parameters: [{ Name: `${PATH}b`, LastModifiedDate: 1_726_559_995 }], NextToken: "more" },
      { Parameters: [{ Name: `${PATH}c` }, { Name: `${PATH}a` }] },
    ];
    await using keys = await open((_, before) => pages[before] ?? { Parameters: [{}] });
    expect(await keys.vault.list()).toEqual([
      { name: "a" },
      { name: "b", set_at: "2024-09-17T07:59:55.000Z" },
      { name: "c" },
    ]);
    // AWS leaves out what it has not.
    expect(await keys.vault.list()).toEqual([{ name: "" }]);
    expect(keys.aws.requests.slice(0, 2).map(({ input }) => input)).toEqual([
      { Path: PATH, WithDecryption: false },
      { Path: PATH, WithDecryption: false, NextToken: "more" },
    ]);
  });

  it("removes keys, and says which do not exist", async () => {
    await using keys = await open(({ input }) =>
      input.Name === `${PATH}a`
        ? {}
        : new AwsFailure(input.Name === `${PATH}b` ? "ParameterNotFound" : "AccessDeniedException"),
    );
    expect(await keys.vault.remove("a")).toBe(true);
    expect(await keys.vault.remove("b")).toBe(false);
    await expect(keys.vault.remove("c")).rejects.toThrow("AccessDeniedException");
  });
});
