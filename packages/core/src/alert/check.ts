import type { Clock } from "../clock.ts";
import type { Device } from "../device/device.ts";
import type { Log } from "../log.ts";
import type { StoredRange } from "../profile/message.ts";
import { evaluate } from "./evaluate.ts";
import { type FactSources, readFacts } from "./facts.ts";
import { type AlertRule, limitOf, ruleId, rulesOf } from "./rule.ts";
import type { Alert, AlertStore } from "./store.ts";

export interface AlertContext extends FactSources {
  alerts: Pick<AlertStore, "open" | "add" | "close">;
  /** Of the stage: for every device, as far as it has none of the same name. */
  defaultRules: readonly AlertRule[];
  clock: Clock;
  log: Log;
}

export interface CheckedAlerts {
  opened: number;
  closed: number;
}

/**
 * Opens and closes the alerts of a device by what is known of it now. A message is only the reason to look: a late, repeated or lost
 * one changes nothing but the time at which somebody looks. Errors of DynamoDB pass through.
 *
 * @param range what was stored, or of a device that says nothing the time when it said something last
 */
export async function checkAlerts(
  device: Device,
  range: StoredRange,
  context: AlertContext,
): Promise<CheckedAlerts> {
  const { alerts, defaultRules, clock, log } = context;
  const { device_id } = device;
  // A device that is paused on purpose is watched for nothing.
  const rules = device.enabled ? rulesOf(device, defaultRules) : [];
  const open = await alerts.open(device_id);
  const checked: CheckedAlerts = { opened: 0, closed: 0 };
  if (rules.length === 0 && open.length === 0) return checked;
  const facts = await readFacts(device, rules, range, { ...context, now: clock.now() });
  const { held, over } = evaluate(rules, facts, open);
  for (const { rule, began, ended, value } of held) {
    if (open.some((alert) => alert.began === began && ruleId(alert.rule) === ruleId(rule))) continue;
    const alert: Alert = {
      device_id,
      rule,
      began,
      opened_at: iso(clock.now()),
      closed_at: ended === undefined ? undefined : iso(ended),
      value,
      limit: limitOf(rule),
    };
    if (!(await alerts.add(alert))) continue;
    checked.opened += 1;
    if (ended !== undefined) checked.closed += 1;
    log.info({ event: "alert_opened", device_id, rule: ruleId(rule), began: iso(began), value });
  }
  for (const { alert, ended, value } of over) {
    const found = open.find(({ rule, began }) => began === alert.began && rule === alert.rule);
    if (found === undefined || !(await alerts.close(found, iso(ended), value ?? found.value))) continue;
    checked.closed += 1;
    log.info({ event: "alert_closed", device_id, rule: ruleId(found.rule), ended: iso(ended) });
  }
  return checked;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
