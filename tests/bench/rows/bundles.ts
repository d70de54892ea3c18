import { rm } from "node:fs/promises";

import { BUNDLE, HANDLERS } from "../../../stacks/bundle.ts";
import { type Bundle, bundleHandler } from "../../../tools/bundle.ts";
import { interleaved, measure } from "../measure.ts";
import { startStub } from "../stub-process.ts";
import type { Row } from "./row.ts";

const ROOT = new URL("../../..", import.meta.url).pathname;

/** A process is short and the machine noisy: more rounds than the long measurements take. */
const STARTS_PER_ROUND = 5;

/** What Lambda would load for one call of the SDK, bundled as ours is. */
const BARE_SDK = "tests/bench/peers/bare-sdk.handler";

/** The size of the bundles as they are deployed. */
export async function bundles(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, atMost] of [
    ["consumer", 350],
    ["fetcher", 480],
  ] as const) {
    const { bytes } = await bundle(name, HANDLERS[name]);
    rows.push({ what: `${name}'s bundle`, measured: bytes / 1024, unit: "KB", reach: { atMost } });
  }
  return rows;
}

/**
 * CPU time from the import of the bundle to the end of the first event, in a fresh process. The first event is one batch of
 * one message, and one device to poll, which takes four requests.
 */
export async function coldStarts(rounds: number): Promise<Row[]> {
  // As on AWS: over plain HTTP, Node and the SDK load other parts.
  await using stub = await startStub({ devices: 1, tls: true });
  const files = {
    bare: (await bundle("bare-sdk", BARE_SDK)).file,
    consumer: (await bundle("consumer", HANDLERS.consumer)).file,
    fetcher: (await bundle("fetcher", HANDLERS.fetcher)).file,
  };
  const names = ["bare", "consumer", "fetcher"] as const;
  const cpuMs = interleaved(names, rounds * STARTS_PER_ROUND, (name) => {
    const flags = { bundle: files[name], event: name, endpoint: stub.endpoint };
    return measure<{ cpuMs: number }>("cold-start.ts", flags).cpuMs;
  });
  return (["consumer", "fetcher"] as const).map((name) => ({
    what: `${name}'s cold start against one call of the bare SDK, CPU time (${cpuMs[name].toFixed(0)} / ${cpuMs.bare.toFixed(0)} ms)`,
    measured: cpuMs[name] / cpuMs.bare,
    unit: "×",
    reach: { atMost: 1.25 },
  }));
}

async function bundle(name: string, handler: string): Promise<Bundle> {
  const directory = `${ROOT}.build/bench/${name}`;
  await rm(directory, { recursive: true, force: true });
  return bundleHandler(handler, { root: ROOT, directory, arguments: BUNDLE });
}
