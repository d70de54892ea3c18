/** One peer polls devices against the stub; prints what it cost as JSON. A process of its own, run by bench.ts. */
import { parseArgs } from "node:util";

import { bareFetcher } from "./peers/bare-fetcher.ts";
import { ourFetcher } from "./peers/our-fetcher.ts";

const { values } = parseArgs({
  options: {
    peer: { type: "string", default: "ours" },
    endpoint: { type: "string", default: "" },
    /** As the stub was told. */
    devices: { type: "string", default: "1000" },
    runs: { type: "string", default: "3" },
  },
});
const devices = Number(values.devices);
const runs = Number(values.runs);
const ids = Array.from({ length: devices }, (_, index) => `I-10082023-${String(index).padStart(8, "0")}`);
const poll = values.peer === "bare" ? bareFetcher(values.endpoint, ids) : ourFetcher(values.endpoint);

if (runs > 1) await poll();
const cpu = process.cpuUsage();
const startedAt = performance.now();
for (let run = 0; run < runs; run += 1) await poll();
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(JSON.stringify({ devices: devices * runs, cpuMs: (user + system) / 1000, wallMs }));
process.exit(0);
