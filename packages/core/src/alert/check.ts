import type { Clock } from "../clock.ts";
import type { Device } from "../device/device.ts";
import type { Log } from "../log.ts";
import { serializeEvent } from "../notify/message.ts";
import type { StoredRange } from "../profile/message.ts";
import type { QueueSender } from "../queue/sender.ts";
import { evaluate } from "./evaluate.ts";
import { type FactSources, readFacts } from "./facts.ts";
import { type AlertRule, limitOf, ruleId, rulesOf } from "./rule.ts";
import {
  type Alert,
  type AlertEvent,
  type AlertStore,
  alertKeyOf,
  isOpen,
  isToBeHandedOver,
} from "./store.ts";

export interface AlertContext extends FactSources {
  alerts: Pick<AlertStore, "unfinished" | "add" | "close" | "handOver">;
  /** Who is to be told of what was opened and closed. */
  notifications: QueueSender;
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
  const unfinished = await alerts.unfinished(device_id);
  const open = unfinished.filter(isOpen);
  const checked: CheckedAlerts = { opened: 0, closed: 0 };
  if (rules.length === 0 && unfinished.length === 0) return checked;
  // What an earlier look has written and not handed over, because it was interrupted.
  const changed = new Map(unfinished.filter(isToBeHandedOver).map((alert) => [alertKeyOf(alert), alert]));
  const facts = await readFacts(device, rules, range, { ...context, now: clock.now() });
  const { held, over } = evaluate(rules, facts, open);
  for (const { rule, began, ended, value } of held) {
    const alert: Alert = {
      device_id,
      rule,
      began,
      opened_at: iso(clock.now()),
      closed_at: ended === undefined ? undefined : iso(ended),
      value,
      limit: limitOf(rule),
    };
    const key = alertKeyOf(alert);
    if (unfinished.some((known) => alertKeyOf(known) === key) || !(await alerts.add(alert))) continue;
    changed.set(key, alert);
    checked.opened += 1;
    if (ended !== undefined) checked.closed += 1;
    log.info({ event: "alert_opened", device_id, rule: ruleId(rule), began: iso(began), value });
  }
  for (const { alert, ended, value } of over) {
    const found = open.find(({ rule, began }) => began === alert.began && rule === alert.rule);
    if (found === undefined) continue;
    const closed = { ...found, closed_at: iso(ended), value: value ?? found.value };
    if (!(await alerts.close(found, closed.closed_at, closed.value))) continue;
    changed.set(alertKeyOf(found), closed);
    checked.closed += 1;
    log.info({ event: "alert_closed", device_id, rule: ruleId(found.rule), ended: iso(ended) });
  }
  await handOver([...changed.values()], context);
  return checked;
}

/** First the queue, then the note of it: told again after a crash rather than never. */
async function handOver(
  changed: readonly Alert[],
  { alerts, notifications }: Pick<AlertContext, "alerts" | "notifications">,
): Promise<void> {
  const handed = changed.map(async (alert) => {
    const events: AlertEvent[] = isOpen(alert) || alert.handed_over === "opened" ? [] : ["opened"];
    events.push(isOpen(alert) ? "opened" : "closed");
    await Promise.all(
      events.map((event) =>
        notifications.send({
          body: serializeEvent({ device_id: alert.device_id, alert_key: alertKeyOf(alert), event }),
        }),
      ),
    );
    await alerts.handOver(alert);
  });
  notifications.flush();
  await Promise.all(handed);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
