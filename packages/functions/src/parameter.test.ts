import { inspect } from "node:util";

import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { deployedKeySource } from "@energylive/core/keys/store";
import { type HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createDynamoDB } from "./clients.ts";
import { createParameterReader } from "./parameter.ts";
import {
  type Answer,
  expectedSignature,
  type Received,
  type Service,
  startService,
} from "./testing/service.ts";

const SECRET = "secret-of-the-test";
const REGION = "eu-central-1";
const PATH = "/energylive/test/keys/";
const NAME = `${PATH}mother`;
const KEY = "VsMgAMu7D6SD7jXEzbDlw_planted";
const FOUND = { body: { Parameter: { Name: NAME, Type: "SecureString", Value: KEY } } };

let ssm: Service;
let dynamodb: Service;
beforeEach(async () => {
  [ssm, dynamodb] = await Promise.all([startService(), startService()]);
  vi.stubEnv("AWS_ENDPOINT_URL_SSM", ssm.endpoint);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await Promise.all([ssm.stop(), dynamodb.stop()]);
});

function createClient(config: Parameters<typeof createDynamoDB>[0] = {}) {
  return createDynamoDB({
    endpoint: dynamodb.endpoint,
    region: REGION,
    credentials: { accessKeyId: "id", secretAccessKey: SECRET, sessionToken: "token" },
    ...config,
  });
}

/** What a reader throws. */
async function failure(...answers: Answer[]): Promise<Error> {
  ssm.answers.push(...answers);
  const error: unknown = await createParameterReader(createClient())(NAME).catch((thrown) => thrown);
  if (error instanceof Error) return error;
  throw new Error("nothing was thrown");
}

function expectSigned(request: Received | undefined, service: string): void {
  const { authorization = "" } = request?.headers ?? {};
  expect(authorization).toMatch(new RegExp(`Credential=id/\\d{8}/${REGION}/${service}/aws4_request`));
  expect(authorization).toContain(`Signature=${request && expectedSignature(request, SECRET)}`);
}

function update() {
  return new UpdateItemCommand({ TableName: "EnergyLiveDevices", Key: { device_id: { S: "I" } } });
}

describe("a parameter", () => {
  it("is read by one signed request, decrypted", async () => {
    ssm.answers.push(FOUND);
    expect(await createParameterReader(createClient())(NAME)).toBe(KEY);
    const [request, ...more] = ssm.received;
    expect(more).toEqual([]);
    expect(request?.path).toBe("/");
    expect(request?.headers).toMatchObject({
      host: new URL(ssm.endpoint).host,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonSSM.GetParameter",
      "x-amz-security-token": "token",
    });
    expect(JSON.parse(request?.body ?? "")).toEqual({ Name: NAME, WithDecryption: true });
    expectSigned(request, "ssm");
  });

  it("is read beside requests to the table, each signed for its own service", async () => {
    const client = createClient();
    const read = createParameterReader(client);
    await read(NAME);
    for (let times = 0; times < 3; times += 1) await client.send(update());
    await read(NAME);
    expect(ssm.received).toHaveLength(2);
    for (const request of ssm.received) expectSigned(request, "ssm");
    expect(dynamodb.received).toHaveLength(3);
    for (const request of dynamodb.received) expectSigned(request, "dynamodb");
  });

  it("that is not there is undefined, and one without a value is empty", async () => {
    ssm.answers.push({ status: 400, body: { __type: "com.amazonaws.ssm#ParameterNotFound" } }, { body: {} });
    const read = createParameterReader(createClient());
    expect(await read(NAME)).toBeUndefined();
    expect(await read(NAME)).toBe("");
    expect(ssm.received).toHaveLength(2);
  });

  it("is asked for at the endpoint of all services where that is what is set", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_SSM", "");
    vi.stubEnv("AWS_ENDPOINT_URL", `${ssm.endpoint}/ssm/`);
    ssm.answers.push(FOUND);
    expect(await createParameterReader(createClient())(NAME)).toBe(KEY);
    expect(ssm.received.map(({ path }) => path)).toEqual(["/ssm/"]);
    expectSigned(ssm.received[0], "ssm");
  });

  it.each([
    ["eu-central-1", "https://ssm.eu-central-1.amazonaws.com/"],
    ["cn-north-1", "https://ssm.cn-north-1.amazonaws.com.cn/"],
  ])("is asked for in the region of the client otherwise: %s", async (region, expected) => {
    vi.stubEnv("AWS_ENDPOINT_URL_SSM", "");
    const asked: string[] = [];
    // Takes the place of the network, where these hosts are.
    const requestHandler = {
      async handle({ protocol, hostname, path, headers }: HttpRequest) {
        asked.push(`${protocol}//${hostname}${path}`, headers.host ?? "");
        return { response: new HttpResponse({ statusCode: 200, body: Buffer.from("{}") }) };
      },
    };
    await createParameterReader(createClient({ region, requestHandler }))(NAME);
    expect(asked).toEqual([expected, new URL(expected).host]);
  });
});

describe("a parameter that cannot be read", () => {
  const denied = {
    status: 400,
    body: {
      __type: "AccessDeniedException",
      message: "User: f is not authorized to perform: ssm:GetParameter",
    },
  };

  it("is refused in the words of the service, at once", async () => {
    expect(await failure(denied)).toMatchObject({
      name: "AccessDeniedException",
      message: "User: f is not authorized to perform: ssm:GetParameter",
      $fault: "client",
      $metadata: { httpStatusCode: 400, requestId: "request-1" },
    });
    expect(ssm.received).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ["an error of the service", { status: 500, body: { __type: "InternalServerError" } }],
    ["a throttle", { status: 400, body: { __type: "ThrottlingException" } }],
    ["a proxy's answer", { status: 503, body: "<html>" }],
    ["a connection that is reset", "reset"],
    ["a connection that ends within the answer", "half"],
  ])("is asked for again, five times in all: %s", async (_, answer) => {
    // Waits are random times between nothing and more and more: nothing here.
    vi.spyOn(Math, "random").mockReturnValue(0);
    ssm.answers.push(answer, answer, answer, answer, FOUND);
    expect(await createParameterReader(createClient())(NAME)).toBe(KEY);
    expect(ssm.received).toHaveLength(5);
    for (const request of ssm.received) expectSigned(request, "ssm");

    await failure(answer, answer, answer, answer, answer, FOUND);
    expect(ssm.received).toHaveLength(10);
  });

  it("is asked for again when this machine's clock is wrong, by the time of the service", async () => {
    const hourAhead = new Date(Date.now() + 3_600_000);
    ssm.answers.push(
      {
        status: 400,
        headers: { date: hourAhead.toUTCString() },
        body: { __type: "InvalidSignatureException", message: "Signature expired" },
      },
      FOUND,
    );
    expect(await createParameterReader(createClient())(NAME)).toBe(KEY);
    const signedAt = ssm.received[1]?.headers["x-amz-date"];
    expect(String(signedAt).slice(0, 11)).toBe(hourAhead.toISOString().replaceAll(/[-:]/g, "").slice(0, 11));
  });

  it("is given up after five seconds without an answer", async () => {
    ssm.answers.push("hang");
    const startedAt = performance.now();
    const read = createParameterReader(createClient({ maxAttempts: 1 }));
    await expect(read(NAME)).rejects.toMatchObject({ name: "TimeoutError" });
    const elapsedMs = performance.now() - startedAt;
    expect(elapsedMs).toBeGreaterThan(4_900);
    expect(elapsedMs).toBeLessThan(20_000);
  }, 25_000);
});

describe("a key of a device", () => {
  const source = () =>
    deployedKeySource({
      defaultKey: undefined,
      readParameter: createParameterReader(createClient()),
      path: PATH,
    });

  it("is the parameter of its name", async () => {
    ssm.answers.push(FOUND, { status: 400, body: { __type: "ParameterNotFound", message: "" } });
    const key = source();
    expect((await key("mother")).reveal()).toBe(KEY);
    await expect(key("father")).rejects.toThrow(
      `there is no key "father": create the SSM SecureString parameter ${PATH}father, or change the device's api_key`,
    );
    expect(ssm.received.map(({ body }) => JSON.parse(body).Name)).toEqual([NAME, `${PATH}father`]);
  });

  it("that may not be read says so, with the cause", async () => {
    ssm.answers.push({ status: 400, body: { __type: "AccessDeniedException" } });
    await expect(source()("mother")).rejects.toMatchObject({
      name: "KeyUnavailableError",
      cause: { name: "AccessDeniedException" },
    });
  });

  it("is in no error, wherever the answer that held it stops to make sense (invariant 8)", async () => {
    const answer = JSON.stringify(FOUND.body);
    for (const body of [`${answer}x`, answer.slice(0, -1), `x${answer}`, `"${KEY}"`, `${KEY}`]) {
      ssm.answers.push({ body });
      const error: unknown = await source()("mother").catch((thrown) => thrown);
      expect(error).toMatchObject({ name: "KeyUnavailableError" });
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(KEY.slice(0, 8));
    }
  });
});
