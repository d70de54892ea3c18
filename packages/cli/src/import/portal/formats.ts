import type { Direction } from "@energylive/core/profile/imported";

/**
 * What the quarter-hours of an Austrian grid operator's portal look like. Columns are named as in the header, in lower case; a name that ends with `*`
 * stands for all that begin so, one that begins with `*` for all that contain it.
 */
export interface PortalFormat {
  name: string;
  /** The date and time, or the date and beside it the time. */
  time: readonly [date: string, time?: string];
  /** What the time names of the quarter-hour. */
  names: "start" | "end";
  /** The end, where it is beside the start: longer rows than a quarter-hour are sums, and left out. */
  end?: string;
  /** The first of these that is there, and others by `--column`. */
  values: readonly { column: string; direction: Direction }[];
  /** Other columns by which it is known. */
  besides?: readonly string[];
  /** Rows of other things are left out. */
  only?: { column: string; value: string };
}

/** Exact ones before those that fit more. Portals change their headers now and then: the old form stays beside the new one. */
export const FORMATS: readonly PortalFormat[] = [
  {
    name: "Netz NÖ",
    time: ["messzeitpunkt"],
    names: "end",
    values: [
      { column: "gemessener verbrauch (kwh)", direction: "import" },
      { column: "restnetzbezug (kwh)", direction: "import" },
      { column: "verbrauch (kwh)", direction: "import" },
      { column: "gemessene menge (kwh)", direction: "export" },
      { column: "einspeisung (kwh)", direction: "export" },
    ],
  },
  {
    name: "Wiener Netze",
    time: ["datum", "zeit von"],
    names: "start",
    besides: ["zeit bis"],
    values: [
      { column: "*verbrauch [kwh]", direction: "import" },
      { column: "*einspeise*", direction: "export" },
    ],
  },
  {
    name: "Energienetze Steiermark",
    time: ["verbrauchszeitraum beginn"],
    names: "start",
    end: "verbrauchszeitraum ende",
    values: [{ column: "verbrauch", direction: "import" }],
  },
  {
    name: "Energienetze Steiermark (load)",
    time: ["leistungszeitraum beginn"],
    names: "start",
    end: "leistungszeitraum ende",
    values: [{ column: "leistung", direction: "import" }],
  },
  {
    name: "Energienetze Steiermark (statistics)",
    time: ["statistikzeitraum beginn"],
    names: "start",
    end: "statistikzeitraum ende",
    values: [{ column: "wert", direction: "import" }],
  },
  {
    name: "Stromnetz Graz",
    time: ["ablesezeitpunkt"],
    names: "start",
    values: [
      { column: "verbrauch gesamt - 1.8.0", direction: "import" },
      { column: "verbrauch einheitstarif", direction: "import" },
      { column: "einspeisung gesamt - 2.8.0", direction: "export" },
    ],
  },
  {
    name: "Kärnten Netz",
    time: ["datum", "zeit"],
    names: "start",
    besides: ["status"],
    values: [{ column: "kwh", direction: "import" }],
  },
  {
    name: "Netz OÖ",
    time: ["datum"],
    names: "start",
    besides: ["kw", "status"],
    values: [{ column: "kwh", direction: "import" }],
  },
  {
    name: "Netz Burgenland",
    time: ["startdatum", "startuhrzeit"],
    names: "start",
    besides: ["enddatum", "enduhrzeit"],
    values: [
      { column: "verbrauch (in kwh)", direction: "import" },
      { column: "einspeisung (in kwh)", direction: "export" },
    ],
  },
  {
    name: "Netz Burgenland (older), Clam Strom",
    time: ["start"],
    names: "start",
    end: "ende",
    values: [
      { column: "verbrauch (kwh) - gesamtverbrauch", direction: "import" },
      { column: "vorschub (kwh) - verbrauch", direction: "import" },
    ],
  },
  {
    name: "Linz Netz",
    time: ["datum von"],
    names: "start",
    end: "datum bis",
    values: [
      { column: "energiemenge in kwh", direction: "import" },
      { column: "verbrauch in kwh", direction: "import" },
      { column: "einspeisung in kwh", direction: "export" },
    ],
  },
  {
    name: "Vorarlberg Netz",
    time: ["beginn der messreihe"],
    names: "start",
    end: "ende der messreihe",
    values: [{ column: "messwert in kwh", direction: "import" }],
  },
  {
    name: "TINETZ",
    time: ["date_from2"],
    names: "start",
    values: [{ column: "value2", direction: "import" }],
  },
  {
    name: "Salzburg Netz",
    time: ["datum und uhrzeit"],
    names: "start",
    besides: ["status"],
    values: [{ column: "*kwh)*", direction: "import" }],
  },
  {
    name: "Salzburg Netz (newer)",
    time: ["datum"],
    names: "start",
    besides: ["status"],
    values: [{ column: "*restverbrauch*", direction: "import" }],
  },
  {
    name: "eww Wels",
    time: ["begindate"],
    names: "start",
    end: "enddate",
    values: [
      { column: "*restnetzbezug*", direction: "import" },
      { column: "*netztarif*", direction: "import" },
    ],
  },
  {
    name: "Energie Klagenfurt",
    time: ["datumuhrzeit"],
    names: "start",
    values: [{ column: "verbrauch", direction: "import" }],
  },
  {
    name: "Ebner Strom",
    time: ["zeitstempel string"],
    names: "end",
    only: { column: "obiscode", value: "1.8.0" },
    values: [{ column: "wert (kwh)", direction: "import" }],
  },
  {
    name: "Innsbrucker Kommunalbetriebe",
    time: ["datum"],
    names: "end",
    values: [{ column: "at005100*", direction: "import" }],
  },
];

/** Whether a column of a header is the one that a format names. */
export function isColumn(named: string, column: string): boolean {
  const text = named.replace(/^\*|\*$/g, "");
  if (named.startsWith("*")) return column.includes(text);
  return named.endsWith("*") ? column.startsWith(text) : column === text;
}
