import { configProblems } from "@energylive/core/device/device";
import { statusError } from "@energylive/core/energylive/errors";
import { parseLatest } from "@energylive/core/energylive/latest";
import { explanation } from "@energylive/core/explain";
import { ApiKey } from "@energylive/core/keys/api-key";
import { parseMessage } from "@energylive/core/queue/message";
import { describe, expect, it } from "vitest";

import { germanSentence } from "./german-sentences.ts";

/** Words that German does not have. */
const ENGLISH = /\b(is|not|the|there|this|that|which|answered|failed|with|and|or|of|to)\b/;

function expectGerman(sentence: string): void {
  expect([sentence, germanSentence(sentence)]).toEqual([sentence, expect.any(String)]);
  expect(germanSentence(sentence)).not.toMatch(ENGLISH);
}

const thrown = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("nothing was thrown");
};

describe("German for the sentences of the server", () => {
  it("tells every problem of a device's item", () => {
    const device_id = "I-10082023-01658401";
    const problems = [
      { device_id: 1 },
      { device_id: "I-1" },
      { device_id, nmae: "x", name: 1, enabled: "yes", api_key: 1, labels: "x", measurement_types: 1 },
      { device_id, api_key: "a key", interval_seconds: "often", retention_days: 0.5, labels: { street: 1 } },
      { device_id, interval_seconds: 0, measurement_types: [1, "", "x".repeat(201), "\u0007", "\uFFFD"] },
    ].flatMap(configProblems);
    expect(problems.length).toBeGreaterThan(15);
    for (const problem of problems) expectGerman(problem);
    expect(germanSentence("labels.street is not a string")).toBe("labels.street ist kein Text");
  });

  it("tells why a message or an element is none", () => {
    const good = {
      v: 1,
      device_id: "I-10082023-01658401",
      measurement_type: "0100010700",
      timestamp: 1_726_559_995_000,
      value: 1,
      collection_time: "2024-09-17T08:00:00.123Z",
      retention_days: 365,
    };
    const bodies = [
      "[]",
      "no JSON",
      "{",
      "[".repeat(200_000),
      JSON.stringify({ ...good, v: 0 }),
      JSON.stringify({ ...good, v: 2 }),
      JSON.stringify({ v: 1 }),
      JSON.stringify({ ...good, timestamp: 1.5, value: "1", collection_time: "today", retention_days: 0 }),
      JSON.stringify({ ...good, timestamp: 1_726_559_995, retention_days: 99_999 }),
      JSON.stringify(good).replace('"value":1', '"value":1E999'),
    ];
    for (const body of bodies) {
      const { poison } = parseMessage(body);
      if (poison === undefined) throw new Error(`${body} is a message`);
      expect(germanSentence(poison.detail)).toEqual(expect.any(String));
      if (poison.reason !== "invalid_json") expectGerman(poison.detail);
    }
    const { invalid } = parseLatest('[1,{"measurement":"","timestamp":1,"value":null}]');
    for (const { detail } of invalid) expectGerman(detail);
    expectGerman("another message of the batch has a different value for 0100010700 of I-1 at 1726559995000");
    expectGerman("0100010700 has two values at 1726559995000; the first one was published");
    expectGerman("7 more elements of the response are no measurements either");
  });

  it("tells why a poll failed", () => {
    for (const status of [302, 400, 401, 403, 404, 418, 429, 500, 503])
      expectGerman(
        statusError("/api/v1/devices/I-1/measurements/latest", status, "mother", undefined).message,
      );
    expectGerman(thrown(() => parseLatest("<html>")));
    expectGerman(thrown(() => parseLatest("{}")));
    expectGerman(thrown(() => new ApiKey("mother", "")));
    expectGerman(thrown(() => new ApiKey("mother", "a b")));
    expect(germanSentence("the connection to 127.0.0.1:80 failed: connect ECONNREFUSED")).toBe(
      "die Verbindung zu 127.0.0.1:80 ist gescheitert: connect ECONNREFUSED",
    );
  });

  it("tells what to do about an error of AWS, and leaves to AWS what it says itself", () => {
    const names = [
      "CredentialsProviderError",
      "ExpiredToken",
      "RequestExpired",
      "AccessDenied",
      "ResourceNotFoundException",
      "ThrottlingException",
      "FolderInUseError",
      "TimeoutError",
      "Error",
    ];
    for (const name of names) {
      const [said = "", advice = ""] = explanation(Object.assign(new Error("AWS says no"), { name })).split(
        "\n",
      );
      expect(germanSentence(said)).toBeUndefined();
      expectGerman(advice);
    }
    const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED", address: "::1", port: 1 });
    for (const line of explanation(refused).split("\n")) expectGerman(line);
    for (const line of explanation(new Error("Region is missing")).split("\n")) expectGerman(line);
  });

  it("has no German for what it does not know", () => {
    expect(germanSentence("something else")).toBeUndefined();
    expect(germanSentence("value is not a number; something else")).toBeUndefined();
  });
});
