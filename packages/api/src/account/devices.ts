import { AlertRules } from "@energylive/core/alert/rule";
import { DEFAULT_KEY_NAME } from "@energylive/core/device/device";
import type { DeviceChange, DeviceRegistry } from "@energylive/core/device/registry";
import type { Log } from "@energylive/core/log";
import type { TariffStore } from "@energylive/core/tariff/store";
import type { Hono } from "hono";
import * as z from "zod";

import { limited, parseBody } from "../body.ts";
import type { AccountAnswer, AddDevicesAnswer } from "../contract.ts";
import type { DeviceDirectory } from "../devices/directory.ts";
import { findDevice } from "../devices/routes.ts";
import { badRequest, RequestProblem } from "../problem.ts";
import { deviceId } from "../query.ts";
import type { Account } from "./account.ts";
import { devicesOf } from "./keys.ts";

/** A community's account has thousands of devices, with 19 characters each. */
const MOST_DEVICES = 10_000;
const MOST_BODY_BYTES = 512 * 1024;

/** Additions at once. */
const TOGETHER = 20;

/** So many are polled at once after they were added; the schedule polls the others. */
const MOST_POLLED = 100;

export const LONGEST_NAME = 200;
const LONGEST_LABEL = 100;
const MOST_LABELS = 50;

const AccountQuery = z.object({ key: z.string() });
const AddDevices = z.object({
  key: z.string(),
  device_ids: z.array(deviceId).max(MOST_DEVICES, "are too many"),
  confirm: z.int(),
});

const text = (longest: number) => z.string().trim().min(1, "is blank").max(longest, "is too long");
const EditDevice = z.strictObject({
  name: z.string().max(LONGEST_NAME, "is too long").nullable().optional(),
  enabled: z.boolean().optional(),
  labels: z
    .record(text(LONGEST_LABEL), text(LONGEST_LABEL))
    .refine((labels) => Object.keys(labels).length <= MOST_LABELS, "are too many")
    .optional(),
  tariff: text(LONGEST_NAME).nullable().optional(),
  alerts: AlertRules.nullable().optional(),
});
const RemoveDevice = z.object({ confirm: z.string() });

export interface AccountDeviceParts {
  account: Account;
  registry: DeviceRegistry;
  directory: DeviceDirectory;
  tariffs: TariffStore;
  /** Whether polls are scheduled. */
  isRunning: boolean;
  log: Log;
}

/** Finds, adds, changes and removes devices, as `energylive devices` does. */
export function addAccountDeviceRoutes(app: Hono, parts: AccountDeviceParts): void {
  const { account, registry, directory, tariffs, isRunning, log } = parts;
  const limit = limited(MOST_BODY_BYTES);

  app.post("/api/account", limit, async (context) => {
    const { key } = await parseBody(context, AccountQuery);
    const { source } = await account.keys();
    const [ids, { devices }] = [
      await devicesOf(account, await source(key), false),
      await directory.refresh(),
    ];
    const added = new Set(devices.map(({ config }) => config.device_id));
    return context.json({
      devices: ids.map((device_id) => ({ device_id, is_added: added.has(device_id) })),
    } satisfies AccountAnswer);
  });

  app.post("/api/devices", limit, async (context) => {
    const { key, device_ids, confirm } = await parseBody(context, AddDevices);
    const ids = [...new Set(device_ids)];
    if (confirm !== ids.length) throw badRequest("confirm is not the number of devices");
    const named = key === DEFAULT_KEY_NAME ? {} : { api_key: key };
    const added: string[] = [];
    for (let start = 0; start < ids.length; start += TOGETHER)
      await Promise.all(
        ids.slice(start, start + TOGETHER).map(async (device_id) => {
          if (await registry.add({ device_id, ...named })) added.push(device_id);
        }),
      );
    await directory.refresh();
    if (isRunning && added.length > 0)
      void account
        .poll(added.slice(0, MOST_POLLED))
        .catch((error) => log.warn({ event: "added_devices_not_polled", error }));
    return context.json({ added: added.length } satisfies AddDevicesAnswer);
  });

  app.post("/api/devices/:id", limit, async (context) => {
    const id = context.req.param("id");
    const request = await parseBody(context, EditDevice);
    const change = changeOf(request);
    const { tariff } = request;
    if (typeof tariff === "string" && (await tariffs.versions(tariff)).length === 0)
      throw new RequestProblem(409, { code: "tariff_unknown", tariff });
    await findDevice(registry, id);
    if (!(await registry.edit(id, change))) throw unknown(id);
    await directory.refresh();
    return context.json({});
  });

  app.post("/api/devices/:id/remove", limit, async (context) => {
    const id = context.req.param("id");
    const { confirm } = await parseBody(context, RemoveDevice);
    if (confirm !== id) throw badRequest("confirm is not the id of the device");
    if (!(await registry.remove(id))) throw unknown(id);
    await directory.refresh();
    return context.json({});
  });
}

/** @throws {RequestProblem} for nothing to change, or a name that nobody can see */
function changeOf({ name, enabled, labels, tariff, alerts }: z.infer<typeof EditDevice>): DeviceChange {
  if (name !== undefined && name !== null && name.trim() === "")
    throw new RequestProblem(400, { code: "bad_name" });
  const hasLabels = labels !== undefined && Object.keys(labels).length > 0;
  const change: DeviceChange = {
    set: {
      ...(typeof name === "string" ? { name: name.trim() } : {}),
      ...(enabled === undefined ? {} : { enabled }),
      ...(hasLabels ? { labels } : {}),
      ...(typeof tariff === "string" ? { tariff } : {}),
      ...(Array.isArray(alerts) ? { alerts } : {}),
    },
    remove: [
      ...(name === null ? ["name"] : []),
      ...(labels !== undefined && !hasLabels ? ["labels"] : []),
      ...(tariff === null ? ["tariff"] : []),
      ...(alerts === null ? ["alerts"] : []),
    ],
  };
  if (Object.keys(change.set).length + change.remove.length === 0)
    throw badRequest("there is nothing to change");
  return change;
}

function unknown(device_id: string): RequestProblem {
  return new RequestProblem(404, { code: "device_unknown", device_id });
}
