import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createAlertStore } from "@energylive/core/alert/store";
import type { Clock } from "@energylive/core/clock";
import { createDeviceStore } from "@energylive/core/device/store";
import type { Log } from "@energylive/core/log";
import type { ChannelStore } from "@energylive/core/notify/channel";
import type { Send } from "@energylive/core/notify/send";
import { createPriceStore } from "@energylive/core/price/store";
import { createProfileStore } from "@energylive/core/profile/store";
import { type ReporterResult, runReporter } from "@energylive/core/report/run";
import { createSentReports } from "@energylive/core/report/sent";
import { ConfigurationError } from "@energylive/core/settings/configuration-error";
import type { ReporterEnvironment } from "@energylive/core/settings/environment";
import { createTariffStore } from "@energylive/core/tariff/store";
import * as z from "zod";

import type { Invocation } from "./invocation.ts";

/** Time kept before the function's deadline: for one report, which was begun. */
const FINISH_RESERVE_MS = 120_000;

export interface ReporterParts {
  environment: ReporterEnvironment;
  dynamodb: DynamoDBClient;
  channels: ChannelStore;
  send: Send;
  /** Whether market prices are nobody's. */
  isSimulated: boolean;
  clock: Clock;
  log: Log;
}

/** The schedule tells nothing; whoever catches up on a morning that was missed names a time of it. */
const Event = z.object({ at: z.iso.datetime({ offset: true }).optional() });

/** A handler that sends the reports that are due. */
export function createReporterHandler(
  parts: ReporterParts,
): (event: unknown, invocation: Invocation) => Promise<ReporterResult> {
  const { environment, dynamodb, channels, send, isSimulated, clock, log } = parts;
  const stores = {
    devices: createDeviceStore({ dynamodb, table: environment.DEVICES_TABLE }),
    profiles: createProfileStore({ dynamodb, table: environment.PROFILES_TABLE }),
    prices: createPriceStore({ dynamodb, table: environment.PRICES_TABLE }),
    tariffs: createTariffStore({ dynamodb, table: environment.TARIFFS_TABLE }),
    alerts: createAlertStore({ dynamodb, table: environment.ALERTS_TABLE }),
    sent: createSentReports({ dynamodb, table: environment.ALERTS_TABLE }),
  };
  return async (event, invocation) => {
    const parsed = Event.safeParse(event ?? {});
    if (!parsed.success)
      throw new ConfigurationError([`the reporter's event is not {"at":"2026-11-01T06:00:00Z"}, nor empty`]);
    const startedAt = clock.now();
    const at = parsed.data.at === undefined ? startedAt : Date.parse(parsed.data.at);
    const deadlineAt = startedAt + invocation.getRemainingTimeInMillis() - FINISH_RESERVE_MS;
    const result = await runReporter({ ...stores, channels, send, isSimulated, at, clock, log, deadlineAt });
    log.info({ event: "reporter_finished", ...result, durationMs: clock.now() - startedAt });
    return result;
  };
}
