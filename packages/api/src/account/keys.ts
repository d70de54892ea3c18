import { DEFAULT_KEY_NAME, KeyName } from "@energylive/core/device/device";
import { EnergyLiveApiError } from "@energylive/core/energylive/errors";
import { ApiKey, KeyUnavailableError } from "@energylive/core/keys/api-key";
import type { HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import * as z from "zod";

import { limited, parseBody } from "../body.ts";
import type { KeyList, SetKeyAnswer } from "../contract.ts";
import type { DeviceDirectory } from "../devices/directory.ts";
import { badRequest, RequestProblem } from "../problem.ts";
import type { Account } from "./account.ts";

/** A key has 43 characters. */
const MOST_BODY_BYTES = 4_096;

const SetKey = z.object({ name: z.string(), value: z.string(), confirm: z.boolean() });
const RemoveKey = z.object({ name: z.string(), confirm: z.string() });

export interface KeyParts {
  account: Account;
  directory: DeviceDirectory;
  isSimulated: boolean;
}

export function addKeyRoutes(app: Hono, { account, directory, isSimulated }: KeyParts): void {
  const limit = limited(MOST_BODY_BYTES);

  async function usage(): Promise<Map<string, number>> {
    const { devices } = await directory.refresh();
    const names = devices.map(({ config }) => String(config.api_key ?? DEFAULT_KEY_NAME));
    return new Map([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
  }

  app.get("/api/keys", async (context) => {
    const { vault, defaultKeyAdvice } = await account.keys();
    const [entries, used] = [await vault.list(), await usage()];
    return context.json({
      keys: entries.map(({ name, set_at = null }) => ({ name, set_at, devices: used.get(name) ?? 0 })),
      is_default_elsewhere: defaultKeyAdvice !== undefined,
    } satisfies KeyList);
  });

  app.post("/api/keys", limit, async (context) => {
    const { name, value, confirm } = await parseBody(context, SetKey);
    const key = keyOf(name, value);
    const { vault, defaultKeyAdvice } = await account.keys();
    const isDefault = name === DEFAULT_KEY_NAME;
    if (isDefault && defaultKeyAdvice !== undefined) throw new RequestProblem(409, { code: "key_elsewhere" });
    const isThere = (await vault.list()).some((entry) => entry.name === name);
    if (isThere && !confirm) throw new RequestProblem(409, { code: "key_exists", name });
    const isOwn = isSimulated && isDefault;
    const devices = await devicesOf(account, key, isOwn);
    await vault.set(key);
    const restarts = isOwn && account.useOwnKey !== undefined;
    if (restarts) {
      // Not before the answer has gone.
      const { outgoing } = context.env as HttpBindings;
      outgoing.once("close", () => account.useOwnKey?.());
      context.header("connection", "close");
    }
    return context.json({ devices: devices.length, restarts } satisfies SetKeyAnswer);
  });

  app.post("/api/keys/remove", limit, async (context) => {
    const { name, confirm } = await parseBody(context, RemoveKey);
    if (confirm !== name) throw badRequest("confirm is not the name of the key");
    const { vault } = await account.keys();
    const devices = (await usage()).get(name) ?? 0;
    if (devices > 0) throw new RequestProblem(409, { code: "key_in_use", name, devices });
    if (!(await vault.remove(name))) throw new RequestProblem(404, { code: "key_unknown", name });
    return context.json({});
  });
}

/** @throws {RequestProblem} for what cannot be a key; nothing of it is said */
function keyOf(name: string, value: string): ApiKey {
  if (!KeyName.safeParse(name).success) throw new RequestProblem(400, { code: "bad_key_name" });
  try {
    return new ApiKey(name, value);
  } catch (error) {
    if (error instanceof KeyUnavailableError) throw new RequestProblem(400, { code: "bad_key" });
    throw error;
  }
}

/**
 * Asks the API which devices a key may read.
 *
 * @param isOwn of an account, where the stage polls simulated households
 * @throws {RequestProblem} if the API refuses the key or cannot be asked
 */
export async function devicesOf(account: Account, key: ApiKey, isOwn: boolean): Promise<string[]> {
  const api = await (isOwn ? account.ownApi() : account.api());
  try {
    return await api.devices(key);
  } catch (error) {
    if (!(error instanceof EnergyLiveApiError)) throw error;
    throw error.code === "forbidden"
      ? new RequestProblem(409, { code: "key_refused" })
      : new RequestProblem(502, { code: "api_failed", said: key.redact(error.message) });
  }
}
