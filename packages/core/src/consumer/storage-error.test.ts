import { describe, expect, it } from "vitest";

import { isRejection, isThrottle, isTransient } from "./storage-error.ts";

function awsError(name: string, message = "", $metadata?: unknown): Error {
  return Object.assign(new Error(message), { name }, $metadata === undefined ? {} : { $metadata });
}

describe("the item is at fault", () => {
  it.each([
    "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
    "Item size has exceeded the maximum allowed size",
    "Attempting to store more than 38 significant digits in a Number",
    "Number overflow. Attempting to store a number with magnitude larger than supported range",
  ])("blames the item when DynamoDB says: %s", (message) => {
    expect(isRejection(awsError("ValidationException", message))).toBe(true);
  });

  it.each([
    "The provided key element does not match the schema",
    "One or more parameter values were invalid: Type mismatch for key",
    "One of the required keys was not given a value",
    "One or more parameter values were invalid: Type mismatch for Index Key measurement_type",
    "The table is being restored",
  ])("blames the table, not the item, when DynamoDB says: %s", (message) => {
    expect(isRejection(awsError("ValidationException", message))).toBe(false);
  });

  it("blames no item for any other failure", () => {
    expect(isRejection(awsError("InternalServerError", "Item size"))).toBe(false);
    expect(isRejection({ name: "ValidationException", message: "Item size" })).toBe(false);
    expect(isRejection(undefined)).toBe(false);
  });
});

it.each([
  ["ProvisionedThroughputExceededException", true],
  ["ThrottlingException", true],
  ["RequestLimitExceeded", true],
  ["LimitExceededException", true],
  ["InternalServerError", false],
])("treats %s as a throttle: %s", (name, expected) => {
  expect(isThrottle(awsError(name))).toBe(expected);
  expect(isThrottle({ name })).toBe(false);
});

it.each([
  ["a 500", { httpStatusCode: 500 }, true],
  ["a 503", { httpStatusCode: 503 }, true],
  ["a 499", { httpStatusCode: 499 }, false],
  ["a 400", { httpStatusCode: 400 }, false],
  ["no answer", {}, true],
  ["no metadata", undefined, true],
  ["metadata that is none", null, true],
  ["metadata of another form", "503", true],
  ["a status of another form", { httpStatusCode: "400" }, true],
])("tells whether %s may pass soon: %j is %s", (_, metadata, expected) => {
  expect(isTransient(awsError("Failure", "", metadata))).toBe(expected);
});

it("treats a value that is not an error as lasting", () => {
  expect(isTransient("broken")).toBe(false);
});
