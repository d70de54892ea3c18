import type { AlertRule } from "@energylive/core/alert/rule";
import { type Alert, type AlertStore, createAlertStore } from "@energylive/core/alert/store";
import { en } from "@energylive/web/i18n/shared/en";
import { alertValueText, ruleText } from "@energylive/web/i18n/shared/texts";

import type { Stage } from "../stage/stage.ts";

export async function openAlerts(stage: Stage): Promise<AlertStore> {
  return createAlertStore({ dynamodb: await stage.dynamodb(), table: stage.names.alertsTable });
}

const number = (value: number) => value.toLocaleString("en");

/** What a rule watches for: `more than 5,000 W drawn for 15 min`. */
export function describeRule(rule: AlertRule): string {
  return ruleText(en, rule, number);
}

export function describeValue({ rule, value }: Alert): string {
  return alertValueText(rule, value, number);
}

/** For programs. */
export function flatAlert({ device_id, rule, began, opened_at, closed_at, value, limit }: Alert) {
  return {
    device_id,
    rule,
    began_at: new Date(began).toISOString(),
    opened_at,
    closed_at: closed_at ?? null,
    value,
    limit,
  };
}
