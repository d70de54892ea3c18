import type { IncomingMessage, RequestListener } from "node:http";

import { startServer } from "../../../../tests/support/server.ts";
import {
  createEnergyLiveClient,
  type EnergyLiveClient,
  type EnergyLiveClientOptions,
} from "../energylive/client.ts";
import { EnergyLiveApiError } from "../energylive/errors.ts";
import { ApiKey } from "../keys/api-key.ts";
import { type LeapingClock, leapingClock } from "./clock.ts";

export const SECRET = "VsMgAMu7D6SD7jXEzbDlw_planted";
export const KEY = new ApiKey("mother", SECRET);
export const ID = "I-10082023-01658401";
export const LATEST = '[{"measurement":"0100010700","timestamp":1726559995000,"value":138.0}]';
export const NOW = Date.parse("2026-11-24T12:00:00.000Z");

export interface Api extends AsyncDisposable {
  client: EnergyLiveClient;
  clock: LeapingClock;
  requests: IncomingMessage[];
  url: string;
}

/** An API that gives one answer after the other, and then the last one again. */
export async function startApi(
  answers: RequestListener[],
  options: Partial<EnergyLiveClientOptions> = {},
): Promise<Api> {
  const requests: IncomingMessage[] = [];
  const server = await startServer((request, response) => {
    requests.push(request);
    answers[Math.min(requests.length, answers.length) - 1]?.(request, response);
  });
  const url = `${server.url}/api/v1`;
  const clock = leapingClock(NOW);
  return {
    clock,
    requests,
    url,
    client: createEnergyLiveClient({
      baseUrl: url,
      fetch,
      clock,
      random: () => 0.5,
      timeoutMs: 5_000,
      ...options,
    }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export const ok =
  (body: string): RequestListener =>
  (_, response) =>
    void response.end(body);
export const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(code, headers).end("no");
export const reset: RequestListener = (request) => void request.socket.resetAndDestroy();
export const hang: RequestListener = () => {};

export async function failureOf(request: Promise<unknown>): Promise<EnergyLiveApiError> {
  const error = await request.then(
    () => undefined,
    (reason) => reason,
  );
  if (!(error instanceof EnergyLiveApiError)) throw new TypeError(`not the API's error: ${error}`);
  return error;
}
