import { systemClock } from "@energylive/core/clock";
import type { Device } from "@energylive/core/device/device";
import type { RegisteredDevice } from "@energylive/core/device/registry";
import type { EnergyLiveClient } from "@energylive/core/energylive/client";
import { EnergyLiveApiError } from "@energylive/core/energylive/errors";
import type { LatestMeasurement } from "@energylive/core/energylive/latest";
import { type RejectedElement, selectFresh } from "@energylive/core/fetcher/fresh";
import { jsonNumber } from "@energylive/core/json";
import { KeyUnavailableError } from "@energylive/core/keys/api-key";
import { createKeyStore, type KeyStore } from "@energylive/core/keys/store";
import { unitOf } from "@energylive/core/measurement/obis";
import pLimit from "p-limit";

import type { Context } from "../command.ts";
import { EXIT_FAILED } from "../errors.ts";
import { MEASUREMENT_COLUMNS, measurementRow } from "../measurements/format.ts";
import { openApi } from "../stage/api.ts";
import { colours } from "../terminal/output.ts";
import { table } from "../terminal/table.ts";
import { problemTexts } from "../texts.ts";
import { selectDevices } from "./selection.ts";

/** Requests to the API in flight at once. */
const CONCURRENT_REQUESTS = 10;

interface Preview {
  device_id: string;
  publish: LatestMeasurement[];
  unchanged: number;
  quarantine: Pick<RejectedElement, "reason" | "raw" | "detail">[];
  /** Why the device could not be polled. */
  error?: string;
}

/** Asks the API and decides as the fetcher would, but sends and writes nothing. */
export async function dryRun({ open, output }: Context, ids: readonly string[]): Promise<number> {
  const stage = await open();
  const devices = await selectDevices(stage, ids);
  const api = await openApi(stage);
  const keys = createKeyStore({ source: (await stage.keys()).source, clock: systemClock });
  const previews = await pLimit(CONCURRENT_REQUESTS).map(devices, (device) => previewOf(device, api, keys));
  await output.result(previews.map(previewJson), previews.map(previewText).join("\n\n"));
  return previews.some(({ error }) => error !== undefined) ? EXIT_FAILED : 0;
}

async function previewOf(
  { device, invalid, config }: RegisteredDevice,
  api: EnergyLiveClient,
  keys: KeyStore,
): Promise<Preview> {
  const nothing = { device_id: String(config.device_id), publish: [], unchanged: 0, quarantine: [] };
  if (device === undefined)
    return { ...nothing, error: `its item is invalid: ${problemTexts(invalid?.problems).join("; ")}` };
  try {
    return await ask(device, api, keys);
  } catch (error) {
    if (error instanceof EnergyLiveApiError || error instanceof KeyUnavailableError)
      return { ...nothing, error: error.message };
    throw error;
  }
}

async function ask(device: Device, api: EnergyLiveClient, keys: KeyStore): Promise<Preview> {
  const response = await api.latest(await keys.get(device.api_key), device.device_id);
  const { fresh, unchanged, rejected } = selectFresh(device, response, Date.now());
  return { device_id: device.device_id, publish: fresh, unchanged: unchanged.length, quarantine: rejected };
}

function previewJson({ publish, quarantine, ...preview }: Preview) {
  return {
    ...preview,
    publish: publish.map((measurement) => ({ ...measurement, value: jsonNumber(measurement.value) })),
    quarantine: quarantine.map(({ reason, raw, detail }) => ({ reason, raw, detail })),
  };
}

function previewText({ device_id, publish, unchanged, quarantine, error }: Preview): string {
  if (error !== undefined) return colours.red(`${device_id}: ${error}`);
  const rows = publish.map((measurement) =>
    measurementRow({ ...measurement, unit: unitOf(measurement.measurement_type) }),
  );
  return [
    `${device_id}: ${publish.length} would be published, ${unchanged} unchanged, ${quarantine.length} would be quarantined`,
    ...(rows.length === 0 ? [] : [table(MEASUREMENT_COLUMNS, rows)]),
    ...quarantine.map(({ raw, detail }) => colours.red(`${detail}: ${raw}`)),
  ].join("\n");
}
