import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { partition } from "@aws-sdk/core/client";
import { AwsSdkSigV4Signer } from "@aws-sdk/core/httpAuthSchemes";
import type { ParameterReader } from "@energylive/core/keys/store";
import { ServiceException } from "@smithy/core/client";
import { resolveEndpointConfig } from "@smithy/core/endpoints";
import { HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { resolveRetryConfig, retryMiddleware } from "@smithy/core/retry";
import type { Endpoint } from "@smithy/types";

import { metadataOf, serviceAnswer, textOf } from "./answer.ts";

/** The service in the terms of the SDK: in `AWS_ENDPOINT_URL_SSM`, and in a signature. */
const SERVICE_ID = "SSM";
const SIGNING_NAME = "ssm";

/**
 * Reads SSM parameters with GetParameter, without the SDK's client of SSM: that registers all errors of the service when it
 * is loaded, and every start of the fetcher would pay for what only devices with a key of their own need
 * (docs/performance.md).
 *
 * What is hard is left to the parts that the SDK's clients are made of. They find the credentials, the region and a
 * configured endpoint; sign; learn from the answer what this machine's clock is off by; and retry as often as `client` does,
 * with an allowance of their own, so that a table that fails takes none of it. Connections and timeouts are `client`'s. FIPS
 * and dual-stack endpoints are not looked for.
 *
 * @returns a reader that throws what the SDK's client would: a `ServiceException` with the service's name for the error, or
 * the error of the connection. No value is in any of them.
 */
export function createParameterReader(client: Pick<DynamoDBClient, "config">): ParameterReader {
  const { config } = client;
  const { region, credentials, urlParser, endpointProvider, maxAttempts, retryMode } = config;
  const signer = new AwsSdkSigV4Signer();
  const retried = retryMiddleware(resolveRetryConfig({ maxAttempts, retryMode }));
  // Asked for no more than what is configured: the endpoints that the provider knows are the client's.
  const { serviceConfiguredEndpoint } = resolveEndpointConfig({
    serviceId: SERVICE_ID,
    urlParser,
    endpointProvider,
  });

  async function endpoint(): Promise<Endpoint> {
    const configured = await serviceConfiguredEndpoint?.();
    return urlParser(configured ?? `https://${hostIn(await region())}`);
  }

  async function attempt(request: HttpRequest) {
    // The signer keeps in it what it has to know of the request when the answer comes.
    const signing = { config, context: {}, signingName: SIGNING_NAME, signingRegion: await region() };
    const signed = await signer.sign(request, await credentials(), signing);
    const { response } = await config.requestHandler.handle(signed);
    const body = await textOf(response.body);
    if (response.statusCode !== 200) return signer.errorHandler(signing)(refusal(response, body));
    signer.successHandler(response, signing);
    return { response, output: { value: parameterValue(body), $metadata: metadataOf(response) } };
  }

  return async (name) => {
    const request = requestOf(await endpoint(), name);
    try {
      const { output } = await retried(() => attempt(request), {})({ input: {}, request });
      return output.value;
    } catch (error) {
      if (error instanceof Error && error.name === "ParameterNotFound") return undefined;
      throw error;
    }
  };
}

function hostIn(region: string): string {
  return `ssm.${region}.${partition(region).dnsSuffix}`;
}

function requestOf(endpoint: Endpoint, name: string): HttpRequest {
  const { hostname, port } = endpoint;
  const body = JSON.stringify({ Name: name, WithDecryption: true });
  return new HttpRequest({
    ...endpoint,
    method: "POST",
    headers: {
      host: port === undefined ? hostname : `${hostname}:${port}`,
      "content-type": "application/x-amz-json-1.1",
      "content-length": String(Buffer.byteLength(body)),
      "x-amz-target": "AmazonSSM.GetParameter",
    },
    body,
  });
}

function refusal(response: HttpResponse, body: string): ServiceException {
  const { statusCode, headers } = response;
  const error = new ServiceException(serviceAnswer(response, body));
  // Its headers tell the signer what time it is there, and the retries how long to wait.
  error.$response = new HttpResponse({ statusCode, headers });
  return error;
}

/** `{"Parameter":{"Value":"…"}}` */
function parameterValue(body: string): string {
  let answer: { Parameter?: { Value?: unknown } } | null;
  try {
    answer = JSON.parse(body);
  } catch {
    // Without its cause, which would quote the body.
    throw new Error("SSM answered GetParameter with something else than JSON");
  }
  const value = answer?.Parameter?.Value;
  return typeof value === "string" ? value : "";
}
