import { describe, expect, it } from "vitest";

import { account, summary } from "./account.ts";
import type { Evidence } from "./evidence.ts";

const DEVICE = "I-10082023-01658401";
const TYPE = "0100010700";
const SERVED_AT = 1_726_560_000_000;

function body(timestamp: number, value: number): string {
  return `{"v":1,"device_id":"${DEVICE}","measurement_type":"${TYPE}","timestamp":${timestamp},"value":${value},"collection_time":"2024-09-17T08:00:00.123Z","retention_days":365}`;
}

function item(timestamp: number, value: string) {
  return {
    device_id: DEVICE,
    measurement_key: `${timestamp}#${TYPE}`,
    timestamp: String(timestamp),
    iso_timestamp: new Date(timestamp).toISOString(),
    measurement_type: TYPE,
    value,
    unit: "W",
    collection_time: "2024-09-17T08:00:00.123Z",
    ttl: String(Math.floor(timestamp / 1000) + 365 * 86_400),
  };
}

const TIMES = [1_726_559_995_000, 1_726_560_000_000, 1_726_560_005_000];

/** The fetcher run that got the `index`-th answer. */
function run(index: number, isFinished = true) {
  return { startedAt: SERVED_AT + 10 * index - 1, endedAt: SERVED_AT + 10 * index + 8, isFinished };
}

/** A run in which nothing went wrong: three measurements served, accepted and stored. */
function clean(): Evidence {
  return {
    answers: TIMES.map((timestamp, index) => ({
      deviceId: DEVICE,
      askedAt: SERVED_AT + 10 * index,
      at: SERVED_AT + 10 * index,
      isDelivered: true,
      body: `[{"measurement":"${TYPE}","timestamp":${timestamp},"value":${index}.5}]`,
    })),
    served: TIMES.map((timestamp, index) => ({
      deviceId: DEVICE,
      type: TYPE,
      timestamp,
      value: index + 0.5,
    })),
    accepted: TIMES.map((timestamp, index) => ({
      queue: "measurements",
      body: body(timestamp, index + 0.5),
      at: SERVED_AT + 10 * index,
    })),
    queued: [],
    dead: [],
    stored: TIMES.map((timestamp, index) => item(timestamp, `${index}.5`)),
    runs: TIMES.map((_, index) => run(index)),
    failedPolls: [],
    profiles: [],
    unsavedStates: [],
  };
}

const [FIRST = 0] = TIMES;

describe("the checker", () => {
  it("finds nothing in a clean run", () => {
    const result = account(clean());
    expect(summary(result)).toBe("lost 0, doubled 0, altered 0, dropped 0, unexplained 0");
    expect(result).toMatchObject({ served: 3, accepted: 3, stored: 3, dead: 0, queued: 0, unpublished: {} });
  });

  it("catches a lost measurement", () => {
    const evidence = clean();
    expect(account({ ...evidence, stored: evidence.stored.slice(1) }).lost).toEqual([
      `${DEVICE} ${TYPE} at ${FIRST} = 0.5`,
    ]);
  });

  it("calls a value superseded, not lost, only if the fetcher may have forgotten it before the second came", () => {
    const evidence = clean();
    const second = { queue: "measurements" as const, body: body(FIRST, 9), at: SERVED_AT + 12 };
    const again = `[{"measurement":"${TYPE}","timestamp":${FIRST},"value":9}]`;
    const answers = evidence.answers.flatMap((answer) => [answer, { ...answer, body: again }]);
    const replaced = {
      ...evidence,
      answers,
      accepted: [...evidence.accepted, second],
      stored: [item(FIRST, "9"), ...evidence.stored.slice(1)],
    };
    expect(account(replaced)).toMatchObject({
      superseded: 0,
      lost: [expect.stringContaining(String(FIRST))],
    });
    const at = SERVED_AT + 5;
    for (const change of [
      { runs: [run(0, false), run(1), run(2)] },
      { unsavedStates: [{ deviceId: DEVICE, at }] },
      { failedPolls: [{ deviceId: DEVICE, at }] },
    ])
      expect(account({ ...replaced, ...change })).toMatchObject({ superseded: 1, lost: [] });
    const other = { unsavedStates: [{ deviceId: "I-10082023-01658402", at }] };
    expect(account({ ...replaced, ...other }).lost).toHaveLength(1);
  });

  it("does not call lost what is still queued", () => {
    const evidence = clean();
    expect(
      account({ ...evidence, stored: evidence.stored.slice(1), queued: [body(FIRST, 0.5)] }).lost,
    ).toEqual([]);
  });

  it("catches a measurement that is stored twice", () => {
    const evidence = clean();
    const twin = { ...item(FIRST, "0.5"), measurement_key: `${FIRST + 1}#${TYPE}` };
    expect(account({ ...evidence, stored: [...evidence.stored, twin] }).doubled).toHaveLength(1);
  });

  it.each([
    ["value", { value: "0.50000001" }],
    ["last digit of a value", { value: "0.50000000000000000000000000000000000001" }],
    ["iso_timestamp", { iso_timestamp: "2024-09-17T08:00:00.000Z" }],
    ["collection_time", { collection_time: "2024-09-17T08:00:01.123Z" }],
    ["ttl", { ttl: "1758095996" }],
    ["measurement_key", { measurement_key: `${FIRST}#0100020700` }],
  ])("catches an altered %s", (_, change) => {
    const evidence = clean();
    const [first, ...others] = evidence.stored;
    const result = account({ ...evidence, stored: [{ ...first, ...change }, ...others] });
    expect(result.altered).toHaveLength(1);
  });

  it("catches an altered timestamp: one measurement is lost, another was never served", () => {
    const evidence = clean();
    const result = account({ ...evidence, stored: [item(FIRST + 1, "0.5"), ...evidence.stored.slice(1)] });
    expect(result.lost).toHaveLength(1);
    expect(result.unexplained).toEqual([expect.stringMatching(/^stored, never served/)]);
  });

  it("catches a value that the fetcher altered on its way to the queue", () => {
    const evidence = clean();
    const accepted = [
      { ...evidence.accepted[0], queue: "measurements", body: body(FIRST, 7), at: SERVED_AT } as const,
    ];
    const stored = [item(FIRST, "7"), ...evidence.stored.slice(1)];
    const result = account({ ...evidence, accepted: [...accepted, ...evidence.accepted.slice(1)], stored });
    expect(result.altered).toHaveLength(1);
  });

  it("catches what was stored and never served", () => {
    const evidence = clean();
    expect(
      account({ ...evidence, stored: [...evidence.stored, item(FIRST + 7, "1")] }).unexplained,
    ).toHaveLength(1);
  });

  it("catches a message that SQS gave up on: it has no reason", () => {
    const evidence = clean();
    const dead = [{ body: body(FIRST, 0.5), reason: undefined }];
    const result = account({ ...evidence, stored: evidence.stored.slice(1), dead });
    expect(result.lost).toEqual([]);
    expect(result.unexplained).toEqual([expect.stringMatching(/^dead for no reason/)]);
  });

  it.each(["invalid_json", "invalid_message", "invalid_element", "unknown_version", "conflicting_value"])(
    "catches a good measurement in the DLQ with the reason %s",
    (reason) => {
      const evidence = clean();
      const result = account({ ...evidence, dead: [{ body: body(FIRST, 0.5), reason }] });
      expect(result.unexplained).toHaveLength(1);
    },
  );

  it.each([
    ["invalid_json", "{"],
    ["invalid_message", "[]"],
    ["unknown_version", '{"v":2}'],
    ["invalid_element", `{"device_id":"${DEVICE}","element":"{\\"value\\":\\"1\\"}"}`],
  ])("accepts %s as a right reason", (reason, dead) => {
    expect(account({ ...clean(), dead: [{ body: dead, reason }] }).unexplained).toEqual([]);
  });

  it("catches poison that was accepted and is nowhere", () => {
    const evidence = clean();
    const accepted = [
      ...evidence.accepted,
      { queue: "measurements" as const, body: "poison", at: SERVED_AT },
    ];
    expect(account({ ...evidence, accepted }).lost).toHaveLength(1);
  });

  describe("of what was served and never accepted", () => {
    const [answer] = clean().answers;
    const unpublished = (change: Partial<Evidence>): Evidence => {
      const evidence = clean();
      return {
        ...evidence,
        accepted: evidence.accepted.slice(1),
        stored: evidence.stored.slice(1),
        ...change,
      };
    };

    it("asks why something served was never accepted", () => {
      expect(account(unpublished({})).dropped).toEqual([
        expect.stringContaining(`${DEVICE} ${TYPE} at ${FIRST} = 0.5 (run from -1 to 8`),
      ]);
    });

    it.each<[string, Partial<Evidence>]>([
      ["answer_lost", { answers: answer === undefined ? [] : [{ ...answer, isDelivered: false }] }],
      ["poll_failed", { failedPolls: [{ deviceId: DEVICE, at: SERVED_AT + 5 }] }],
      ["fetcher_killed", { runs: [run(0, false), run(1), run(2)] }],
    ])("accepts %s as a reason", (reason, change) => {
      const evidence = unpublished({});
      const answers = [...(change.answers ?? evidence.answers.slice(0, 1)), ...evidence.answers.slice(1)];
      const result = account({ ...evidence, ...change, answers });
      expect(result.dropped).toEqual([]);
      expect(result.unpublished).toEqual({ [reason]: 1 });
    });

    it("accepts a second request of the same run as a reason, but not of a later run", () => {
      const [first] = clean().answers;
      const again =
        first === undefined ? [] : [{ ...first, askedAt: SERVED_AT + 5, at: SERVED_AT + 5, body: "[]" }];
      const answers = [...clean().answers, ...again];
      expect(account(unpublished({ answers }))).toMatchObject({
        dropped: [],
        unpublished: { asked_again: 1 },
      });
      const runs = [{ ...run(0), endedAt: SERVED_AT + 4 }];
      const apart = clean().answers.slice(0, 1);
      expect(account(unpublished({ answers: [...apart, ...again], runs })).dropped).toHaveLength(1);
    });

    it("accepts a failure whose answer the fetcher had given up on, even after the run's end", () => {
      const answers = (answer === undefined ? [] : [{ ...answer, at: SERVED_AT + 9 }]).concat(
        clean().answers.slice(1),
      );
      const failedPolls = [{ deviceId: DEVICE, at: SERVED_AT + 5 }];
      expect(account(unpublished({ answers, failedPolls }))).toMatchObject({
        dropped: [],
        unpublished: { poll_failed: 1 },
      });
    });

    it("rejects another device's failure, and one before the request, as a reason", () => {
      const failedPolls = [
        { deviceId: "I-10082023-01658402", at: SERVED_AT + 5 },
        { deviceId: DEVICE, at: SERVED_AT - 2 },
        { deviceId: DEVICE, at: SERVED_AT + 9 },
      ];
      expect(account(unpublished({ failedPolls })).dropped).toHaveLength(1);
    });

    it("accepts that the poll of its run failed a moment before the answer came: soak, seed 1", () => {
      const answers = (answer === undefined ? [] : [{ ...answer, askedAt: SERVED_AT - 1 }]).concat(
        clean().answers.slice(1),
      );
      const failedPolls = [{ deviceId: DEVICE, at: SERVED_AT - 1 }];
      expect(account(unpublished({ answers, failedPolls }))).toMatchObject({
        dropped: [],
        unpublished: { poll_failed: 1 },
      });
    });
  });

  it("catches what the API says it served but no answer contained", () => {
    const evidence = clean();
    const served = [...evidence.served, { deviceId: DEVICE, type: "0100010800", timestamp: FIRST, value: 1 }];
    expect(account({ ...evidence, served }).unexplained).toHaveLength(1);
  });
});
