import type { Language } from "../alert/texts.ts";
import type { Notification } from "../notify/notification.ts";
import { attributionOf } from "../price/source.ts";
import { euros } from "../tariff/money.ts";
import type { Report } from "./contents.ts";
import { reportHtml } from "./html.ts";
import { reportMarkdown } from "./markdown.ts";
import { REPORT_TEXTS } from "./texts.ts";
import { viewOf } from "./view.ts";

/** A report as it is sent to people: for mail as a page, for small screens as its most important lines. */
export function reportNotification(
  report: Report,
  id: string,
  { language, isSimulated }: { language: Language; isSimulated: boolean },
): Notification {
  const named = { ...report, price_sources: report.price_sources.map(attributionOf) };
  const view = viewOf(named, REPORT_TEXTS[language], { isSimulated });
  const { energy, cost } = report.now;
  const amount = (value: bigint | null | undefined) =>
    value === null || value === undefined ? null : euros(value);
  return {
    id,
    title: `${view.title}, ${view.period}`,
    text: reportMarkdown(view),
    brief: [
      ...view.totals.rows.map(([name = "", value = ""]) => `${name}: ${value}`),
      ...view.facts.map(([name, value]) => `${name}: ${value}`),
      view.notes[0] ?? "",
    ].join("\n"),
    html: reportHtml(view, language),
    data: {
      event: "report",
      unit: report.unit,
      time_zone: report.time_zone,
      from: new Date(report.range.from).toISOString(),
      to: new Date(report.range.to).toISOString(),
      import_wh: energy?.import_wh ?? null,
      export_wh: energy?.export_wh ?? null,
      cost_eur: amount(cost?.cost),
      earned_eur: amount(cost?.earned),
    },
  };
}
