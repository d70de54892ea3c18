import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const VARIABLES = {
  STAGE: "test",
  DEVICES_TABLE: "EnergyLiveDevices-test",
  MEASUREMENTS_TABLE: "EnergyLiveData-test",
  ALERTS_TABLE: "EnergyLiveAlerts-test",
  MEASUREMENT_QUEUE_URL: "http://127.0.0.1/0/queue",
  MEASUREMENT_DLQ_URL: "http://127.0.0.1/0/dlq",
  PROFILE_QUEUE_URL: "http://127.0.0.1/0/profiles",
  API_KEY_PATH: "/energylive/test/keys/",
  LOG_LEVEL: "silent",
  AWS_REGION: "eu-central-1",
};

beforeEach(() => {
  vi.resetModules();
  for (const [name, value] of Object.entries(VARIABLES)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("a function", () => {
  it("starts with the settings of its environment", async () => {
    // Metrics are written there.
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const { handler } = await import("./consumer.ts");
    const enough = { getRemainingTimeInMillis: () => 60_000 };
    expect(await handler({ Records: [] }, enough)).toEqual({ batchItemFailures: [] });
    const fetcher = await import("./fetcher.ts");
    // Fails for what it is told, before it asks any service.
    await expect(fetcher.handler({ shard: 7 }, { getRemainingTimeInMillis: () => 240_000 })).rejects.toThrow(
      /the fetcher's event is not/,
    );
  });

  it.each([
    ["consumer", () => import("./consumer.ts")] as const,
    ["fetcher", () => import("./fetcher.ts")] as const,
  ])("does not start without them: %s", async (_, start) => {
    vi.stubEnv("STAGE", "");
    await expect(start()).rejects.toThrow(/STAGE is not set/);
  });
});
