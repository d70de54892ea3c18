import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevicePage, REQUEST_HEADER, type Session } from "@energylive/api/contract";
import { startSimulatedApi } from "@energylive/simulator/server";
import { expect, it } from "vitest";

import { startCli } from "../cli/cli.ts";
import { ended } from "../support/ended.ts";
import { freePort } from "../support/server.ts";
import { describeEmbedded } from "../support/services.ts";
import { API_KEY } from "./collector.ts";

describeEmbedded("npm start without a key", () => {
  it("goes on with the account's devices once the page has given it a key, at the same address and signed in", async () => {
    await using account = await startSimulatedApi({ deviceCount: 2, apiKey: API_KEY, seed: 7 });
    const data = await mkdtemp(join(tmpdir(), "energylive-own-key-"));
    // Its own: while it closes, another test's dashboard could take the default one.
    const port = String(await freePort());
    const flags = ["--devices", "1", "--no-past", "--fresh", "--data", data, "--port", port];
    const child = startCli(["start", ...flags], { env: { ENERGYLIVE_API_URL: account.baseUrl } });
    const end = ended(child);
    try {
      const url = new URL(
        await new Promise<string>((resolve, reject) => {
          let text = "";
          child.stdout?.on("data", (chunk) => {
            text += chunk;
            const [, address] = /The dashboard: (\S+)\n/.exec(text) ?? [];
            if (address !== undefined) resolve(address);
          });
          end.then(({ stderr }) => reject(new Error(`it ended: ${stderr}`)), reject);
        }),
      );
      const entry = await fetch(url, { redirect: "manual" });
      const [cookie = ""] = (entry.headers.get("set-cookie") ?? "").split(";");
      const json = async <T>(path: string): Promise<T> =>
        (await fetch(`${url.origin}${path}`, { headers: { cookie } })).json() as Promise<T>;
      expect(await json<Session>("/api/session")).toMatchObject({ is_simulated: true });

      const answer = await fetch(`${url.origin}/api/keys`, {
        method: "POST",
        headers: { cookie, origin: url.origin, "content-type": "application/json", [REQUEST_HEADER]: "1" },
        body: JSON.stringify({ name: "default", value: API_KEY, confirm: false }),
      });
      expect(await answer.json()).toEqual({ devices: 2, restarts: true });
      // It closes, and opens again.
      await expect
        .poll(() => json<Session>("/api/session").catch(() => undefined), { timeout: 30_000 })
        .toMatchObject({ is_simulated: false });
      const { devices } = await json<DevicePage>("/api/devices");
      expect(devices.map(({ device_id }) => device_id).sort()).toEqual([...account.deviceIds].sort());
      const polled = () => json<DevicePage>("/api/devices").then(({ counts }) => counts.ok);
      await expect.poll(polled, { timeout: 20_000 }).toBe(2);
      // The households stay beside it.
      expect(existsSync(join(data, "simulated", "dynamodb"))).toBe(true);
    } finally {
      child.kill("SIGTERM");
      const { code, stderr, stdout } = await end;
      expect(code).toBe(0);
      for (const text of [stdout, stderr]) expect(text).not.toContain(API_KEY);
      await rm(data, { recursive: true, force: true });
    }
  }, 90_000);
});
