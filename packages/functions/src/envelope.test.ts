import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  DynamoDBServiceException,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { SendMessageBatchCommand, type SQSClient, SQSServiceException } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createBatchDynamoDB, createDynamoDB, createSqs } from "./clients.ts";
import { expectedSignature, type Received, type Service, startService } from "./testing/service.ts";

const SECRET = "secret-of-the-test";
const REGION = "eu-central-1";

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.stop());

function config(credentials: object = { accessKeyId: "id", secretAccessKey: SECRET }) {
  return { endpoint: service.endpoint, region: REGION, credentials: credentials as never };
}

function update(value = "a") {
  return new UpdateItemCommand({
    TableName: "EnergyLiveDevices",
    Key: { device_id: { S: "I-10082023-01658401" } },
    UpdateExpression: "SET #state = :state",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":state": { M: { last: { S: `${value} °C "\u2028` }, n: { N: "1.50" } } } },
  });
}

function write() {
  return new BatchWriteItemCommand({
    RequestItems: {
      EnergyLiveData: [{ PutRequest: { Item: { device_id: { S: "I" }, value: { N: "1" } } } }],
    },
  });
}

function query(after?: string) {
  return new QueryCommand({
    TableName: "EnergyLiveData",
    Limit: undefined,
    ExclusiveStartKey: after === undefined ? undefined : { measurement_key: { S: after } },
    KeyConditionExpression: "device_id = :device",
    ExpressionAttributeValues: { ":device": { S: "I" } },
  });
}

function send(queue = "queue") {
  return new SendMessageBatchCommand({
    QueueUrl: `${service.endpoint}/${queue}`,
    Entries: [
      {
        Id: "0",
        MessageBody: '{"v":1}',
        MessageAttributes: { failure_reason: { DataType: "String", StringValue: "invalid_json" } },
      },
    ],
  });
}

/** Headers that tell one request of the SDK from the next. */
const OF_ONE_REQUEST = ["amz-sdk-invocation-id", "amz-sdk-request", "authorization", "x-amz-date"];

function comparable({ path, headers, body }: Received) {
  const kept = Object.entries(headers).filter(([name]) => !OF_ONE_REQUEST.includes(name));
  return { path, headers: Object.fromEntries(kept), body: JSON.parse(body) };
}

describe("a client that reuses the envelope of its first request", () => {
  it.each([
    ["UpdateItem", createDynamoDB, (client: DynamoDBClient) => client.send(update())],
    ["BatchWriteItem", createBatchDynamoDB, (client: DynamoDBClient) => client.send(write())],
    ["Query", createDynamoDB, (client: DynamoDBClient) => client.send(query("1726559995000#0100010700"))],
    ["SendMessageBatch", createSqs, (client: SQSClient) => client.send(send())],
  ] as const)("sends the same %s as the SDK's ordinary way, signed", async (_, create, request) => {
    const client = create(config());
    for (let times = 0; times < 3; times += 1) await request(client as never);
    const [first, second, third] = service.received.map(comparable);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    for (const request of service.received)
      expect(request.headers.authorization).toContain(`Signature=${expectedSignature(request, SECRET)}`);
    // It is the other way: the SDK gives each of its requests an id.
    expect(service.received.map(({ headers }) => "amz-sdk-invocation-id" in headers)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("sends each command's own input, however many are under way", async () => {
    const client = createDynamoDB(config());
    await client.send(update());
    await Promise.all(["b", "c", "d", "e"].map((value) => client.send(update(value))));
    const sent = service.received.map(
      ({ body }) => JSON.parse(body).ExpressionAttributeValues[":state"].M.last.S[0],
    );
    expect(sent.sort()).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("answers what the service answered", async () => {
    const client = createBatchDynamoDB(config());
    await client.send(write());
    service.answers.push({ body: { UnprocessedItems: { EnergyLiveData: [{ PutRequest: { Item: {} } }] } } });
    const answer = await client.send(write());
    expect(answer.UnprocessedItems?.EnergyLiveData).toHaveLength(1);
    expect(answer.$metadata).toMatchObject({ httpStatusCode: 200, requestId: "request-2" });
  });

  it("answers items as the SDK does", async () => {
    const client = createDynamoDB(config());
    const Items = [{ value: { N: "1.50" }, text: { S: "°" }, map: { M: { list: { L: [{ BOOL: true }] } } } }];
    const page = { Items, Count: 1, ScannedCount: 1, LastEvaluatedKey: { measurement_key: { S: "1" } } };
    service.answers.push({ body: page }, { body: page });
    const { $metadata: first, ...ordinary } = await client.send(query());
    const { $metadata: second, ...reused } = await client.send(query());
    expect(reused).toEqual(ordinary);
    expect([first, second]).toMatchObject([{ httpStatusCode: 200 }, { httpStatusCode: 200 }]);
  });

  it("keeps queues with URLs of other hosts apart", async () => {
    const other = await startService();
    try {
      const { endpoint: _, ...regional } = config();
      const client = createSqs(regional);
      const to = (endpoint: string) =>
        new SendMessageBatchCommand({ ...send().input, QueueUrl: `${endpoint}/queue` });
      for (let round = 0; round < 2; round += 1) {
        await client.send(to(service.endpoint));
        await client.send(to(other.endpoint));
      }
      expect(service.received).toHaveLength(2);
      expect(other.received).toHaveLength(2);
    } finally {
      await other.stop();
    }
  });

  it("signs with credentials as they are renewed", async () => {
    let issued = 0;
    const client = createDynamoDB(
      config(async () => {
        issued += 1;
        const expiration = new Date(Date.now() + (issued === 1 ? 1_000 : 3_600_000));
        return {
          accessKeyId: `id-${issued}`,
          secretAccessKey: SECRET,
          sessionToken: `token-${issued}`,
          expiration,
        };
      }),
    );
    await client.send(update());
    await client.send(update());
    const [, renewed] = service.received;
    expect(renewed?.headers.authorization).toContain(`Credential=id-${issued}/`);
    expect(renewed?.headers["x-amz-security-token"]).toBe(`token-${issued}`);
  });
});

describe("a request in a reused envelope that fails", () => {
  const refusal = {
    status: 400,
    body: { __type: "com.amazon.coral.validate#ValidationException", message: "One item is too large" },
  };

  it("is an error of the service, as the SDK makes it", async () => {
    const client = createBatchDynamoDB(config());
    service.answers.push(refusal, { body: {} }, refusal);
    const ordinary = await client.send(write()).catch((error: unknown) => error);
    await client.send(write());
    const reused = await client.send(write()).catch((error: unknown) => error);
    expect(service.received.at(-1)?.headers).not.toHaveProperty("amz-sdk-invocation-id");
    for (const error of [ordinary, reused]) {
      expect(error).toBeInstanceOf(DynamoDBServiceException);
      expect(error).toMatchObject({
        name: "ValidationException",
        message: "One item is too large",
        $fault: "client",
        $metadata: { httpStatusCode: 400 },
      });
    }
  });

  it("is told with its status when something else than the service answered", async () => {
    const client = createSqs(config());
    await client.send(send());
    service.answers.push({ status: 503, body: "<html>" });
    await expect(client.send(send())).rejects.toMatchObject({
      name: "UnknownError",
      $fault: "server",
      $metadata: { httpStatusCode: 503 },
    });
    await client.send(send());
    service.answers.push({ status: 500, body: null });
    await expect(client.send(send())).rejects.toBeInstanceOf(SQSServiceException);
  });

  it.each(["reset", "half"] as const)("fails when the connection ends: %s", async (answer) => {
    const client = createBatchDynamoDB(config());
    await client.send(write());
    service.answers.push(answer);
    await expect(client.send(write())).rejects.toBeInstanceOf(Error);
    expect(service.received).toHaveLength(2);
  });

  it("makes the next one go the SDK's ordinary way", async () => {
    const client = createBatchDynamoDB(config());
    await client.send(write());
    service.answers.push({ status: 403, body: { __type: "RequestTimeTooSkewed" } });
    await client.send(write()).catch(() => undefined);
    await client.send(write());
    await client.send(write());
    expect(service.received.map(({ headers }) => "amz-sdk-invocation-id" in headers)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it.each([
    ["an error of the server", { status: 500, body: { __type: "InternalServerError" } }],
    ["a throttle", { status: 400, body: { __type: "ThrottlingException" } }],
    ["a connection that ended", "reset"],
  ] as const)("is retried where the SDK retries: %s", async (_, answer) => {
    const client = createDynamoDB(config());
    await client.send(update());
    service.answers.push(answer);
    await client.send(update());
    expect(service.received).toHaveLength(3);
  });

  it("is the SDK's own error where the SDK retries, and it is none to retry", async () => {
    const client = createDynamoDB(config());
    await client.send(update());
    const failed = { status: 400, body: { __type: "x#ConditionalCheckFailedException", message: "no" } };
    service.answers.push(failed, failed);
    await expect(client.send(update())).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  });
});
