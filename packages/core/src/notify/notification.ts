import { escapeUTF8 } from "entities";

import { type Alert, type AlertEvent, alertKeyOf } from "../alert/store.ts";
import { ALERT_TEXTS, alertAmount, type Language, unitOf } from "../alert/texts.ts";

/** What a person is told. */
export interface Notification {
  /** The same whenever the same is told, so that a receiver can leave out what it has. */
  id: string;
  title: string;
  text: string;
  /** For small screens, where it is shorter than the text. */
  brief?: string | undefined;
  /** For mail. */
  html: string;
  /** To the page. */
  link?: string | undefined;
  /** For programs. */
  data: Readonly<Record<string, unknown>>;
}

/** The device of an alert, as far as it is told of. */
export interface NotifiedDevice {
  device_id: string;
  name: string;
  time_zone: string;
}

/** @param dashboardUrl of the page, where there is one */
export function alertNotification(
  alert: Alert,
  event: AlertEvent,
  device: NotifiedDevice,
  { language, dashboardUrl }: { language: Language; dashboardUrl: string | undefined },
): Notification {
  const texts = ALERT_TEXTS[language];
  const { rule, began, closed_at, value, limit } = alert;
  const { device_id, name, time_zone: timeZone } = device;
  const moment = (at: number) =>
    new Date(at).toLocaleString(texts.locale, {
      timeZone,
      weekday: "short",
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
    });
  const amount = (number: number) => alertAmount(rule, number, texts.locale);
  const what = "per" in rule ? `${texts.rule[rule.rule]} ${texts.per[rule.per]}` : texts.rule[rule.rule];
  const title = `${name}: ${what} ${amount(value)}`;
  const ended = closed_at === undefined ? undefined : Date.parse(closed_at);
  const isOver = event === "closed" && ended !== undefined;
  const link = linkTo(device_id, dashboardUrl);
  const lines = [
    texts.measured(what, amount(value), amount(limit)),
    isOver ? texts.lasted(moment(began), moment(ended)) : texts.since(moment(began)),
  ];
  return {
    id: `${device_id} ${alertKeyOf(alert)} ${event}`,
    title: isOver ? texts.over(title) : title,
    text: lines.join("\n"),
    html: htmlOf(lines, link),
    link,
    data: {
      event,
      device_id,
      device_name: name,
      rule,
      value,
      limit,
      unit: unitOf(rule),
      began_at: new Date(began).toISOString(),
      ended_at: isOver ? closed_at : null,
    },
  };
}

const TEST_TEXTS: Readonly<Record<Language, readonly [title: string, text: string]>> = {
  en: ["A test", "Alerts and reports of your energyLIVE collector arrive here."],
  de: ["Ein Test", "Meldungen und Berichte Ihres energyLIVE-Sammlers kommen hier an."],
};

/** What `alerts test` sends. */
export function testNotification(language: Language, at: number): Notification {
  const [title, text] = TEST_TEXTS[language];
  return { id: `test ${at}`, title, text, html: htmlOf([text], undefined), data: { event: "test" } };
}

/** Several that came at once, for people who would else get as many messages. */
export function joinedNotification(all: readonly Notification[], language: Language): Notification {
  const title = language === "de" ? `${all.length} Meldungen` : `${all.length} alerts`;
  const lines = all.map((one) => `${one.title}. ${one.text.replaceAll("\n", " ")}`);
  return {
    id: all.map(({ id }) => id).join(", "),
    title,
    text: lines.join("\n\n"),
    html: htmlOf(lines, undefined),
    data: { event: "several", events: all.map(({ data }) => data) },
  };
}

function linkTo(deviceId: string, dashboardUrl: string | undefined): string | undefined {
  return dashboardUrl === undefined
    ? undefined
    : new URL(`#/devices/${encodeURIComponent(deviceId)}`, dashboardUrl).href;
}

function htmlOf(lines: readonly string[], link: string | undefined): string {
  const paragraphs = lines.map((line) => `<p>${escapeUTF8(line)}</p>`).join("");
  return link === undefined
    ? paragraphs
    : `${paragraphs}<p><a href="${escapeUTF8(link)}">${escapeUTF8(link)}</a></p>`;
}
