import { ALERT_TEXTS, alertAmount } from "../alert/texts.ts";
import { euros } from "../tariff/money.ts";
import type { Extreme, Report, ReportUnit, Totals } from "./contents.ts";
import type { ReportTexts } from "./texts.ts";

/** A report in words and numbers of one language: what every format shows, in the order in which it shows it. */
export interface ReportView {
  title: string;
  period: string;
  /** Drawn, fed in and what that cost and earned; beside the time before and the year before. */
  totals: { head: string[]; rows: string[][] };
  parts: {
    title: string;
    bars: { name: string; drawn: number; fedIn: number }[];
    text: string;
    rows: string[][];
    head: string[];
  };
  shape: {
    title: string;
    names: [string, string];
    weekdays: (number | null)[];
    weekends: (number | null)[];
    text: string;
  };
  facts: [name: string, value: string][];
  members: { title: string; head: string[]; rows: string[][]; notes: string[] } | undefined;
  alerts: { title: string; none: string; rows: string[][] };
  notes: string[];
}

const KILO = 1_000;
const MOST_ALERTS = 20;
const MOST_MISSING_SHARE = 0.02;

/** @param options.isSimulated whose market prices are nobody's */
export function viewOf(
  report: Report,
  texts: ReportTexts,
  { isSimulated }: { isSimulated: boolean },
): ReportView {
  const { time_zone: timeZone, unit } = report;
  const number = (value: number, digits: number) =>
    value.toLocaleString(texts.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const kwh = (wh: number | null | undefined) =>
    wh === null || wh === undefined
      ? "–"
      : `${number(wh / KILO, Math.abs(wh) < 100 * KILO ? 2 : 1)}\u00a0kWh`;
  const kw = (watts: number) => `${number(watts / KILO, 2)}\u00a0kW`;
  const money = (amount: bigint | null | undefined) =>
    amount === null || amount === undefined
      ? "–"
      : euros(amount).toLocaleString(texts.locale, { style: "currency", currency: "EUR" });
  const date = (at: number, options: Intl.DateTimeFormatOptions) =>
    new Date(at).toLocaleString(texts.locale, { timeZone, ...options });
  const day = (at: number) => date(at, { weekday: "short", day: "numeric", month: "short" });
  const moment = (at: number) =>
    date(at, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const partName = (at: number) =>
    unit === "year"
      ? date(at, { month: "long" })
      : date(at, { weekday: "short", day: "numeric", month: "numeric" });
  // The time before a year is a year before.
  const columns = [report.now, report.previous, ...(unit === "year" ? [] : [report.lastYear])];
  const headOf = ({ energy: sum }: Totals) => (sum === undefined ? "–" : periodName(unit, sum.from, date));
  const row = (name: string, cell: (totals: Totals) => string, amount: (totals: Totals) => number | null) => {
    const base = amount(report.now);
    return [
      name,
      ...columns.map((totals, index) => {
        const other = amount(totals);
        if (index === 0 || base === null || other === null) return cell(totals);
        // A part of it would compare with something else.
        if (isPartial(totals)) return `${cell(totals)} (${texts.inPart})`;
        return other === 0 ? cell(totals) : `${cell(totals)} (${change(base / other - 1)})`;
      }),
    ];
  };
  const change = (share: number) =>
    share.toLocaleString(texts.locale, {
      style: "percent",
      maximumFractionDigits: 0,
      signDisplay: "exceptZero",
    });
  const wh =
    (list: "import_wh" | "export_wh") =>
    ({ energy }: Totals) =>
      energy?.[list] ?? null;
  const eur =
    (of: "cost" | "earned") =>
    ({ cost }: Totals) => {
      const amount = cost?.[of];
      return amount === null || amount === undefined ? null : euros(amount);
    };
  const hasCost = report.now.cost !== undefined;
  const { energy, cost } = report.now;
  const bars = report.parts.map(({ energy: part }) => ({
    name: partName(part.from),
    drawn: part.import_wh ?? 0,
    fedIn: part.export_wh ?? 0,
  }));
  const most = (values: number[]) => Math.max(0, ...values);
  const highest = (list: readonly (number | null)[]) => kw(most(list.map((value) => value ?? 0)));
  return {
    title: report.title ?? texts.devices(report.members.length),
    period: [
      texts.report[unit],
      periodName(unit, report.range.from, date),
      ...(report.isRunning ? [`(${texts.running})`] : []),
    ].join(" "),
    totals: {
      head: ["", ...columns.map(headOf)],
      rows: [
        row(texts.drawn, (totals) => kwh(wh("import_wh")(totals)), wh("import_wh")),
        row(texts.fedIn, (totals) => kwh(wh("export_wh")(totals)), wh("export_wh")),
        ...(hasCost
          ? [
              row(texts.cost, (totals) => money(totals.cost?.cost), eur("cost")),
              row(texts.earned, (totals) => money(totals.cost?.earned), eur("earned")),
            ]
          : []),
      ],
    },
    parts: {
      title: unit === "year" ? texts.byMonth : texts.byDay,
      bars,
      text: texts.chart(kwh(most(bars.map(({ drawn }) => drawn))), kwh(most(bars.map(({ fedIn }) => fedIn)))),
      head: ["", texts.drawn, texts.fedIn, ...(hasCost ? [texts.cost] : [])],
      rows: report.parts.map(({ energy: part, cost: own }) => [
        partName(part.from),
        kwh(part.import_wh),
        kwh(part.export_wh),
        ...(hasCost ? [money(own?.cost)] : []),
      ]),
    },
    shape: {
      title: texts.shape,
      names: [texts.weekdays, texts.weekends],
      ...report.shape,
      text: texts.shapeChart(highest(report.shape.weekdays), highest(report.shape.weekends)),
    },
    facts: [
      ...(report.baseLoad === null
        ? []
        : [[texts.baseLoad, `${number(report.baseLoad, 0)}\u00a0W`] as [string, string]]),
      ...(energy?.peak == null
        ? []
        : [[texts.peak, `${kw(energy.peak.watts)}, ${moment(energy.peak.at)}`] as [string, string]]),
      ...extremeFacts(report, texts, (extreme) =>
        extreme.cost === undefined
          ? `${day(extreme.from)}: ${kwh(extreme.import_wh)}`
          : `${day(extreme.from)}: ${money(extreme.cost.cost)}, ${kwh(extreme.import_wh)}`,
      ),
    ],
    members:
      report.members.length === 0
        ? undefined
        : {
            title: texts.members,
            head: ["", texts.drawn, texts.share, texts.fedIn, texts.share],
            rows: report.members.map(({ name, import_wh, export_wh }) => [
              name,
              kwh(import_wh),
              shareOf(import_wh, energy?.import_wh, texts),
              kwh(export_wh),
              shareOf(export_wh, energy?.export_wh, texts),
            ]),
            notes: [texts.met(kwh(report.met_wh)), texts.notForBilling],
          },
    alerts: {
      title: texts.alerts,
      none: texts.noAlerts,
      rows: report.alerts
        .slice(-MOST_ALERTS)
        .map((alert) => [
          moment(alert.began),
          ...(report.members.length === 0 ? [] : [alert.name]),
          ALERT_TEXTS[texts.language].rule[alert.rule.rule],
          [alert.value, alert.limit].map((value) => alertAmount(alert.rule, value, texts.locale)).join(" / "),
          alert.closed_at === undefined ? texts.lasts : moment(Date.parse(alert.closed_at)),
        ]),
    },
    notes: [
      texts.complete(report.complete.days, report.complete.of),
      ...((energy?.quarter_hours.missing ?? 0) === 0
        ? []
        : [texts.missing(number(energy?.quarter_hours.missing ?? 0, 0))]),
      ...((cost?.quarter_hours.no_price ?? 0) === 0
        ? []
        : [texts.noPrice(number(cost?.quarter_hours.no_price ?? 0, 0), kwh(cost?.unpriced_wh))]),
      ...(report.price_sources.length === 0
        ? []
        : [isSimulated ? texts.simulated : texts.sources(report.price_sources.join("; "))]),
    ],
  };
}

/** More of it is missing than a few quarter-hours. */
function isPartial({ energy }: Totals): boolean {
  if (energy === undefined) return true;
  const { missing, ...known } = energy.quarter_hours;
  const whole = Object.values(known).reduce((sum, count) => sum + count, missing);
  return missing > MOST_MISSING_SHARE * whole;
}

function periodName(
  unit: ReportUnit,
  from: number,
  date: (at: number, options: Intl.DateTimeFormatOptions) => string,
): string {
  if (unit === "year") return date(from, { year: "numeric" });
  if (unit === "month") return date(from, { month: "long", year: "numeric" });
  return date(from, { day: "numeric", month: "long", year: "numeric" });
}

function extremeFacts(
  { extremes }: Report,
  texts: ReportTexts,
  text: (extreme: Extreme) => string,
): [string, string][] {
  if (extremes === undefined) return [];
  const isCost = extremes.most.cost !== undefined;
  return [
    [isCost ? texts.dearest : texts.most, text(extremes.most)],
    [isCost ? texts.cheapest : texts.least, text(extremes.least)],
  ];
}

function shareOf(part: number | null, whole: number | null | undefined, { locale }: ReportTexts): string {
  if (part === null || !whole) return "–";
  return (part / whole).toLocaleString(locale, { style: "percent", maximumFractionDigits: 0 });
}
