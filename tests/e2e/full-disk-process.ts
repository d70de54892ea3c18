/**
 * Fills the disk of a stack while it polls, makes room again, and prints what became of everything that was accepted:
 * `node full-disk-process.ts FOLDER`, where the folder is a small file system of its own.
 */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { paginateScan } from "@aws-sdk/client-dynamodb";
import { createLog } from "@energylive/core/log";
import { type Stack, startStack } from "@energylive/local/stack";
import { DEFAULT_API_KEY, startSimulatedApi } from "@energylive/simulator/server";

const DEVICES = 20;
const SPEED = 600;
/** Far more than it takes. */
const MOST_POLLS = 500;
const FILL_AFTER_POLLS = 5;
const FILL_CHUNK_BYTES = 64 * 1024;

const [, , folder = ""] = process.argv;
const filler = join(folder, "filler");
const startedAt = Date.now();
const api = await startSimulatedApi({
  deviceCount: DEVICES,
  record: true,
  now: () => Math.floor(startedAt - 86_400_000 + (Date.now() - startedAt) * SPEED),
});
const start = () =>
  startStack({
    folder: join(folder, "data"),
    windowSeconds: 0.1,
    api: { url: api.baseUrl, key: DEFAULT_API_KEY },
    log: createLog({ level: "silent" }),
  });

const accepted = new Set<string>();
const full = await start();
for (const device_id of api.deviceIds) await full.devices.add({ device_id });
const failure = full.failed.catch((error: Error) => error.message);
let error: string | undefined;
void failure.then((message) => {
  error = message;
});
for (let poll = 0; poll < MOST_POLLS && error === undefined; poll += 1) {
  if (poll === FILL_AFTER_POLLS) await fill();
  const result = await full.poll({ device_ids: [...api.deviceIds] }).catch(() => undefined);
  if (result?.failed === 0) for (const key of served()) accepted.add(key);
}
await full.stop();

await rm(filler);
const again = await start();
const stored = await drained(again);
await again.stop();
await api.close();
const missing = [...accepted].filter((key) => !stored.has(key));
process.stdout.write(JSON.stringify({ error, accepted: accepted.size, missing }));

/** Takes all room there is. */
async function fill(): Promise<void> {
  const chunk = Buffer.alloc(FILL_CHUNK_BYTES);
  try {
    for (;;) await writeFile(filler, chunk, { flag: "a" });
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ENOSPC")) throw cause;
  }
}

function served(): string[] {
  return api.deviceIds.flatMap((id) =>
    api.served(id).map(({ measurement, timestamp }) => `${id} ${timestamp}#${measurement}`),
  );
}

async function drained({ queueDepth, dynamodb, names }: Stack): Promise<Set<string>> {
  for (;;) {
    const { waiting, inFlight } = await queueDepth();
    if (waiting + inFlight === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stored = new Set<string>();
  for await (const { Items = [] } of paginateScan(
    { client: dynamodb },
    { TableName: names.measurementsTable },
  ))
    for (const item of Items) stored.add(`${item.device_id?.S} ${item.measurement_key?.S}`);
  return stored;
}
