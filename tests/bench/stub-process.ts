import { spawn } from "node:child_process";
import { once } from "node:events";

export interface Stub extends AsyncDisposable {
  endpoint: string;
  /**
   * Requests so far, by operation; `latest` for the energyLIVE API. With `bill` also `write units`, `stored bytes` (of
   * measurements) and `state bytes` (of devices).
   */
  counts(): Promise<Record<string, number>>;
}

/** Starts stub.ts as a process of its own. */
export async function startStub(
  options: { latencyMs?: number; devices?: number; tls?: boolean; bill?: boolean } = {},
): Promise<Stub> {
  const script = new URL("stub.ts", import.meta.url).pathname;
  const flags = ["--latency", String(options.latencyMs ?? 0), "--devices", String(options.devices ?? 0)];
  if (options.tls === true) flags.push("--tls");
  if (options.bill === true) flags.push("--bill");
  const child = spawn(process.execPath, [script, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const endpoint = String(line).trim();
  return {
    endpoint,
    counts: async () => (await fetch(`${endpoint}/counts`)).json() as Promise<Record<string, number>>,
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, "exit");
    },
  };
}
