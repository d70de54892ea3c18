import type { Language } from "../alert/texts.ts";
import type { ReportUnit } from "./contents.ts";

/** The texts of a report in one language. */
export interface ReportTexts {
  language: Language;
  locale: string;
  report: Record<ReportUnit, string>;
  running: string;
  drawn: string;
  fedIn: string;
  cost: string;
  earned: string;
  devices: (count: number) => string;
  inPart: string;
  byDay: string;
  byMonth: string;
  chart: (drawn: string, fedIn: string) => string;
  shape: string;
  shapeChart: (weekday: string, weekend: string) => string;
  weekdays: string;
  weekends: string;
  baseLoad: string;
  peak: string;
  dearest: string;
  cheapest: string;
  most: string;
  least: string;
  alerts: string;
  noAlerts: string;
  complete: (days: number, of: number) => string;
  missing: (count: string) => string;
  noPrice: (count: string, energy: string) => string;
  members: string;
  share: string;
  met: (energy: string) => string;
  notForBilling: string;
  sources: (sources: string) => string;
  simulated: string;
  lasts: string;
  at: (time: string) => string;
}

const en: ReportTexts = {
  language: "en",
  locale: "en-GB",
  report: { week: "Week of", month: "Month", year: "Year" },
  running: "so far",
  drawn: "Drawn",
  fedIn: "Fed in",
  cost: "Cost",
  earned: "Earned",
  devices: (count) => `${count} devices`,
  inPart: "in part",
  byDay: "Day by day",
  byMonth: "Month by month",
  chart: (drawn, fedIn) => `Bars of what was drawn, ${drawn} at most, and fed in, ${fedIn} at most.`,
  shape: "The day's shape",
  shapeChart: (weekday, weekend) =>
    `Mean drawn power by hour: up to ${weekday} on weekdays and ${weekend} at weekends.`,
  weekdays: "Monday to Friday",
  weekends: "weekend",
  baseLoad: "Base load, median of the nights",
  peak: "Highest quarter-hour",
  dearest: "Dearest day",
  cheapest: "Cheapest day",
  most: "Day with most",
  least: "Day with least",
  alerts: "Alerts",
  noAlerts: "None.",
  complete: (days, of) => `${days} of ${of} days were measured completely.`,
  missing: (count) => `${count} quarter-hours are missing.`,
  noPrice: (count, energy) =>
    `${count} quarter-hours with ${energy} drawn have no price and are not in the cost.`,
  members: "Members",
  share: "Share",
  met: (energy) => `${energy} were fed in by members while others drew as much.`,
  notForBilling: "By quarter-hours, and not for billing.",
  sources: (sources) => `Market prices: ${sources}`,
  simulated: "The market prices are simulated.",
  lasts: "lasts",
  at: (time) => `at ${time}`,
};

const de: ReportTexts = {
  language: "de",
  locale: "de-AT",
  report: { week: "Woche vom", month: "Monat", year: "Jahr" },
  running: "bis jetzt",
  drawn: "Bezug",
  fedIn: "Einspeisung",
  cost: "Kosten",
  earned: "Vergütung",
  devices: (count) => `${count} Geräte`,
  inPart: "teilweise",
  byDay: "Tag für Tag",
  byMonth: "Monat für Monat",
  chart: (drawn, fedIn) => `Balken: Bezug bis ${drawn}, Einspeisung bis ${fedIn}.`,
  shape: "Verlauf des Tages",
  shapeChart: (weekday, weekend) =>
    `Mittlerer Bezug je Stunde: bis ${weekday} von Montag bis Freitag, bis ${weekend} am Wochenende.`,
  weekdays: "Montag bis Freitag",
  weekends: "Wochenende",
  baseLoad: "Grundlast, Median der Nächte",
  peak: "Höchste Viertelstunde",
  dearest: "Teuerster Tag",
  cheapest: "Günstigster Tag",
  most: "Tag mit dem meisten",
  least: "Tag mit dem wenigsten",
  alerts: "Meldungen",
  noAlerts: "Keine.",
  complete: (days, of) => `${days} von ${of} Tagen wurden vollständig gemessen.`,
  missing: (count) => `${count} Viertelstunden fehlen.`,
  noPrice: (count, energy) =>
    `${count} Viertelstunden mit ${energy} Bezug haben keinen Preis und sind in den Kosten nicht enthalten.`,
  members: "Mitglieder",
  share: "Anteil",
  met: (energy) => `${energy} wurden von Mitgliedern eingespeist, während andere ebenso viel bezogen.`,
  notForBilling: "Nach Viertelstunden, nicht zur Abrechnung.",
  sources: (sources) => `Marktpreise: ${sources}`,
  simulated: "Die Marktpreise sind simuliert.",
  lasts: "dauert an",
  at: (time) => `um ${time}`,
};

export const REPORT_TEXTS: Readonly<Record<Language, ReportTexts>> = { en, de };
