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

/** A run in which nothing went wrong: three measurements served, accepted and stored. */
function clean(): Evidence {
  return {
    answers: TIMES.map((timestamp, index) => ({
      deviceId: DEVICE,
      at: SERVED_AT + index,
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
      at: SERVED_AT + index,
    })),
    queued: [],
    dead: [],
    stored: TIMES.map((timestamp, index) => item(timestamp, `${index}.5`)),
    runs: [{ startedAt: SERVED_AT - 1, endedAt: SERVED_AT + 10, isFinished: true }],
    failedPolls: [],
  };
}

const [FIRST = 0] = TIMES;

describe("the checker", () => {
  it("finds nothing in a clean run", () => {
    const result = account(clean());
    expect(summary(result)).toBe("lost 0, doubled 0, altered 0, unexplained 0");
    expect(result).toMatchObject({ served: 3, accepted: 3, stored: 3, dead: 0, queued: 0, unpublished: {} });
  });

  it("catches a lost measurement", () => {
    const run = clean();
    expect(account({ ...run, stored: run.stored.slice(1) }).lost).toEqual([
      `${DEVICE} ${TYPE} at ${FIRST} = 0.5`,
    ]);
  });

  it("does not call lost what is still queued", () => {
    const run = clean();
    expect(account({ ...run, stored: run.stored.slice(1), queued: [body(FIRST, 0.5)] }).lost).toEqual([]);
  });

  it("catches a measurement that is stored twice", () => {
    const run = clean();
    const twin = { ...item(FIRST, "0.5"), measurement_key: `${FIRST + 1}#${TYPE}` };
    expect(account({ ...run, stored: [...run.stored, twin] }).doubled).toHaveLength(1);
  });

  it.each([
    ["value", { value: "0.50000001" }],
    ["iso_timestamp", { iso_timestamp: "2024-09-17T08:00:00.000Z" }],
    ["collection_time", { collection_time: "2024-09-17T08:00:01.123Z" }],
    ["ttl", { ttl: "1758095996" }],
    ["measurement_key", { measurement_key: `${FIRST}#0100020700` }],
  ])("catches an altered %s", (_, change) => {
    const run = clean();
    const [first, ...others] = run.stored;
    const result = account({ ...run, stored: [{ ...first, ...change }, ...others] });
    expect(result.altered).toHaveLength(1);
  });

  it("catches an altered timestamp: one measurement is lost, another was never served", () => {
    const run = clean();
    const result = account({ ...run, stored: [item(FIRST + 1, "0.5"), ...run.stored.slice(1)] });
    expect(result.lost).toHaveLength(1);
    expect(result.unexplained).toEqual([expect.stringMatching(/^stored, never served/)]);
  });

  it("catches a value that the fetcher altered on its way to the queue", () => {
    const run = clean();
    const accepted = [
      { ...run.accepted[0], queue: "measurements", body: body(FIRST, 7), at: SERVED_AT } as const,
    ];
    const stored = [item(FIRST, "7"), ...run.stored.slice(1)];
    const result = account({ ...run, accepted: [...accepted, ...run.accepted.slice(1)], stored });
    expect(result.altered).toHaveLength(1);
  });

  it("catches what was stored and never served", () => {
    const run = clean();
    expect(account({ ...run, stored: [...run.stored, item(FIRST + 7, "1")] }).unexplained).toHaveLength(1);
  });

  it("catches a message that SQS gave up on: it has no reason", () => {
    const run = clean();
    const dead = [{ body: body(FIRST, 0.5), reason: undefined }];
    const result = account({ ...run, stored: run.stored.slice(1), dead });
    expect(result.lost).toEqual([]);
    expect(result.unexplained).toEqual([expect.stringMatching(/^dead for no reason/)]);
  });

  it.each(["invalid_json", "invalid_message", "invalid_element", "unknown_version", "conflicting_value"])(
    "catches a good measurement that is dead for %s",
    (reason) => {
      const run = clean();
      const result = account({ ...run, dead: [{ body: body(FIRST, 0.5), reason }] });
      expect(result.unexplained).toHaveLength(1);
    },
  );

  it.each([
    ["invalid_json", "{"],
    ["invalid_message", "[]"],
    ["unknown_version", '{"v":2}'],
    ["invalid_element", `{"device_id":"${DEVICE}","element":"{\\"value\\":\\"1\\"}"}`],
  ])("takes %s for a right reason where it is one", (reason, dead) => {
    expect(account({ ...clean(), dead: [{ body: dead, reason }] }).unexplained).toEqual([]);
  });

  it("catches poison that was accepted and lies nowhere", () => {
    const run = clean();
    const accepted = [...run.accepted, { queue: "measurements" as const, body: "poison", at: SERVED_AT }];
    expect(account({ ...run, accepted }).lost).toHaveLength(1);
  });

  describe("of what was served and never accepted", () => {
    const [answer] = clean().answers;
    const unpublished = (change: Partial<Evidence>): Evidence => {
      const run = clean();
      return { ...run, accepted: run.accepted.slice(1), stored: run.stored.slice(1), ...change };
    };

    it("asks for a reason", () => {
      expect(account(unpublished({})).unexplained).toEqual([
        `served and gone: ${DEVICE} ${TYPE} at ${FIRST} = 0.5`,
      ]);
    });

    it.each<[string, Partial<Evidence>]>([
      ["answer_lost", { answers: answer === undefined ? [] : [{ ...answer, isDelivered: false }] }],
      ["poll_failed", { failedPolls: [{ deviceId: DEVICE, at: SERVED_AT + 5 }] }],
      [
        "fetcher_killed",
        { runs: [{ startedAt: SERVED_AT - 1, endedAt: SERVED_AT + 10, isFinished: false }] },
      ],
    ])("takes %s for one", (reason, change) => {
      const run = unpublished({});
      const answers = [...(change.answers ?? run.answers.slice(0, 1)), ...run.answers.slice(1)];
      const result = account({ ...run, ...change, answers });
      expect(result.unexplained).toEqual([]);
      expect(result.unpublished).toEqual({ [reason]: 1 });
    });

    it("does not take the failure of another device, nor one before the answer, for one", () => {
      const failedPolls = [
        { deviceId: "I-10082023-01658402", at: SERVED_AT + 5 },
        { deviceId: DEVICE, at: SERVED_AT - 1 },
      ];
      expect(account(unpublished({ failedPolls })).unexplained).toHaveLength(1);
    });

    it("takes an older time than one accepted before for one", () => {
      const run = clean();
      const late = answer === undefined ? [] : [{ ...answer, at: SERVED_AT + 5 }];
      const answers = [...run.answers.slice(1), ...late];
      const result = account(unpublished({ answers }));
      expect(result).toMatchObject({ unexplained: [], unpublished: { not_newer: 1 } });
    });
  });

  it("catches what the API says it served but no answer held", () => {
    const run = clean();
    const served = [...run.served, { deviceId: DEVICE, type: "0100010800", timestamp: FIRST, value: 1 }];
    expect(account({ ...run, served }).unexplained).toHaveLength(1);
  });
});
