import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";

import { startAnsweringAws } from "../testing/aws.ts";
import { createMeasurementHistory } from "./history.ts";
import type { MeasurementRange } from "./pages.ts";

async function limitOf(range: MeasurementRange, type?: string): Promise<unknown> {
  await using aws = await startAnsweringAws(() => ({ Items: [] }));
  const dynamodb = new DynamoDBClient(aws.config);
  const history = createMeasurementHistory({ dynamodb, table: "EnergyLiveData-test" });
  await Array.fromAsync(history.ofDevice("I-10082023-01658401", range, type));
  dynamodb.destroy();
  return aws.requests[0]?.input.Limit;
}

it("asks for no more than is wanted, and for more of a mixture when one type is", async () => {
  expect(await limitOf({})).toBeUndefined();
  expect(await limitOf({ limit: 4 })).toBe(4);
  expect(await limitOf({ limit: 4 }, "0100010700")).toBe(100);
  expect(await limitOf({ limit: 50 }, "0100010700")).toBe(1_000);
  expect(await limitOf({}, "0100010700")).toBeUndefined();
});
