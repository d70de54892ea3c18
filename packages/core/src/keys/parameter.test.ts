import { SSMClient } from "@aws-sdk/client-ssm";
import { expect, it } from "vitest";

import { AwsFailure, startAws } from "../../../../tests/support/aws.ts";
import { startServer } from "../../../../tests/support/server.ts";
import { describeError } from "../log.ts";
import { ssmParameterReader } from "./parameter.ts";

const NAME = "/energylive/test/keys/mother";

it("reads a parameter decrypted, and tells a missing one from a forbidden one", async () => {
  await using aws = await startAws(
    (_, before) =>
      [
        { Parameter: { Name: NAME, Value: "the-key" } },
        new AwsFailure("ParameterNotFound"),
        new AwsFailure("AccessDeniedException"),
      ].at(before) ?? {},
  );
  const read = ssmParameterReader(new SSMClient(aws.config));
  expect(await read(NAME)).toBe("the-key");
  expect(aws.requests).toEqual([{ operation: "GetParameter", input: { Name: NAME, WithDecryption: true } }]);
  expect(await read(NAME)).toBeUndefined();
  await expect(read(NAME)).rejects.toMatchObject({ name: "AccessDeniedException" });
});

it("keeps the value out of the error when the answer is damaged (invariant 8)", async () => {
  await using server = await startServer((_, response) => {
    response.end('{"Parameter":{"Value":"planted-key" oops');
  });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const ssm = new SSMClient({ endpoint: server.url, region: "eu-central-1", credentials, maxAttempts: 1 });
  const error = await ssmParameterReader(ssm)(NAME).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(JSON.stringify(describeError(error))).not.toContain("planted");
});
