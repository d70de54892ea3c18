import { rm } from "node:fs/promises";

import { BUNDLE, HANDLERS } from "../../../stacks/bundle.ts";
import { type Bundle, bundleHandler } from "../../../tools/bundle.ts";
import { interleaved, measure } from "../measure.ts";
import { startStub } from "../stub-process.ts";
import type { Row } from "./row.ts";

const ROOT = new URL("../../..", import.meta.url).pathname;

/** A process is short and the machine noisy: more rounds than the long measurements take. */
const STARTS_PER_ROUND = 8;

/** What each start is measured against, bundled as ours are. */
const PEERS = { bare: "tests/bench/peers/bare-sdk.handler", poll: "tests/bench/peers/bare-poll.handler" };

/** The size of the bundles as they are deployed. */
export async function bundles(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of ["consumer", "fetcher"] as const) {
    const { bytes } = await bundle(name, HANDLERS[name]);
    rows.push({ what: `${name}'s bundle`, measured: bytes / 1024, unit: "KB" });
  }
  return rows;
}

/**
 * CPU time from the import of the bundle to the end of the first event, in a fresh process. The first event is one batch of
 * one message; a run with no device to poll; a run with one, which takes four requests to three hosts.
 */
export async function coldStarts(rounds: number): Promise<Row[]> {
  // As on AWS: over plain HTTP, Node and the SDK load other parts.
  await using none = await startStub({ devices: 0, tls: true });
  await using one = await startStub({ devices: 1, tls: true });
  const [bare, poll] = [await bundle("bare", PEERS.bare), await bundle("bare-poll", PEERS.poll)];
  const [consumer, fetcher] = [
    await bundle("consumer", HANDLERS.consumer),
    await bundle("fetcher", HANDLERS.fetcher),
  ];
  const starts = {
    "one call": { bundle: bare.file, event: "bare", endpoint: one.endpoint },
    "one poll": { bundle: poll.file, event: "bare", endpoint: one.endpoint },
    consumer: { bundle: consumer.file, event: "consumer", endpoint: one.endpoint },
    "idle fetcher": { bundle: fetcher.file, event: "fetcher", endpoint: none.endpoint },
    fetcher: { bundle: fetcher.file, event: "fetcher", endpoint: one.endpoint },
  };
  const names = Object.keys(starts) as (keyof typeof starts)[];
  const cpuMs = interleaved(
    names,
    rounds * STARTS_PER_ROUND,
    (name) => measure<{ cpuMs: number }>("cold-start.ts", starts[name]).cpuMs,
  );
  const row = (what: string, ours: keyof typeof starts, peer: keyof typeof starts): Row => ({
    what: `${what}, CPU time (${cpuMs[ours].toFixed(0)} / ${cpuMs[peer].toFixed(0)} ms)`,
    measured: cpuMs[ours] / cpuMs[peer],
    unit: "×",
  });
  return [
    row("consumer's cold start against one call of the bare SDK", "consumer", "one call"),
    row("fetcher's cold start, no device due, against one call of the bare SDK", "idle fetcher", "one call"),
    row("fetcher's cold start and first poll against bare fetch and SDK", "fetcher", "one poll"),
  ];
}

async function bundle(name: string, handler: string): Promise<Bundle> {
  const directory = `${ROOT}.build/bench/${name}`;
  await rm(directory, { recursive: true, force: true });
  return bundleHandler(handler, { root: ROOT, directory, arguments: BUNDLE });
}
