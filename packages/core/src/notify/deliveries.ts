/** Decides what a channel has to be told of an alert, and when. */
import { type Alert, type AlertEvent, isOpen, wasTold } from "../alert/store.ts";
import { DEFAULT_TIME_ZONE, type Device } from "../device/device.ts";
import type { ReceivedMessage } from "../queue/received.ts";
import type { Channel } from "./channel.ts";
import type { ChannelError } from "./channel-error.ts";
import { alertNotification, type Notification } from "./notification.ts";
import { quietUntil } from "./quiet-hours.ts";

/** An alert that this batch tells of. */
export interface Claimed {
  alert: Alert;
  device: Device | undefined;
  asked: Asked[];
  /** Why something was not told now, and until when it is kept. */
  failures: { error: ChannelError; channel: string }[];
  heldUntil: number | undefined;
}

export interface Asked {
  message: ReceivedMessage;
  event: AlertEvent;
}

/** Something to be told on a channel. */
export interface Delivery {
  claimed: Claimed;
  event: AlertEvent;
  notification: Notification;
}

export function timeOf({ claimed: { alert }, event }: Delivery): number {
  return event === "opened" ? alert.began : Date.parse(alert.closed_at ?? "");
}

/** What a channel has still to be told of an alert, unless it waits for the end of quiet hours. */
export function deliveriesOf(
  claimed: Claimed,
  channel: Channel,
  { now, dashboardUrl }: { now: number; dashboardUrl: string | undefined },
): Delivery[] {
  const { alert, device, asked } = claimed;
  const time_zone = device?.time_zone ?? DEFAULT_TIME_ZONE;
  const quiet = quietUntil(channel.quiet_hours, time_zone, now);
  const notified = {
    device_id: alert.device_id,
    name: device?.name ?? alert.device_id,
    time_zone,
  };
  return eventsOf(alert, asked, channel.name).flatMap((event) => {
    const canWait = event === "closed" || !channel.urgent.includes(alert.rule.rule);
    if (quiet !== undefined && canWait) {
      claimed.heldUntil = Math.min(quiet, claimed.heldUntil ?? quiet);
      return [];
    }
    const notification = alertNotification(alert, event, notified, {
      language: channel.language,
      dashboardUrl,
    });
    return [{ claimed, event, notification }];
  });
}

/** What is asked for and was not told. Nobody wants to hear of a beginning after the end. */
function eventsOf(alert: Alert, asked: readonly Asked[], channel: string): AlertEvent[] {
  const wanted = new Set(asked.map(({ event }) => event));
  // It was over when it was noticed: the beginning is told first, whichever message comes first.
  const wasOver = !isOpen(alert) && (alert.closed_at ?? "") <= alert.opened_at;
  if (wanted.has("closed") && wasOver) wanted.add("opened");
  const isEndTold = wasTold(alert, "closed", channel);
  return (["opened", "closed"] as const).filter(
    (event) => wanted.has(event) && !isEndTold && !wasTold(alert, event, channel),
  );
}
