import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";

/** Rates are exact to the tenth digit behind the point; a larger number than this cannot be a price. */
const MAX_CT = 10_000;
const MAX_EUR = 100_000;

const ct = z.number().min(-MAX_CT).max(MAX_CT);
const eur = z.number().min(0).max(MAX_EUR);
const percent = z.number().min(0).max(100);
const range = (first: number, last: number) =>
  z.tuple([z.int().min(first).max(last), z.int().min(first).max(last)]);

/** A price that holds in some months, on some weekdays or at some hours; each range may go over the end: `[10, 3]`. */
const Zone = z.strictObject({
  ct,
  /** January is 1; both ends are included. */
  months: range(1, 12).optional(),
  /** Monday is 1; both ends are included. */
  weekdays: range(1, 7).optional(),
  /** Local time; the second hour is the first that does not count. */
  hours: range(0, 24).optional(),
});

/** The last zone that matches counts, so the first must always match. */
const zones = z
  .array(Zone)
  .min(1)
  .refine(
    ([first]) => first?.months === undefined && first?.weekdays === undefined && first?.hours === undefined,
    "must begin with a price that always holds: without months, weekdays and hours",
  );

const spot = {
  kind: z.literal("spot"),
  factor: z.number().min(0).max(100).default(1),
  markup_ct: ct.default(0),
};
const fixed = { kind: z.literal("fixed"), ct };
const name = z.string().trim().min(1).max(100);

/** The version of a tariff that is valid from a day on. All prices are net, in ct per kWh. */
export const Tariff = z.strictObject({
  tariff: name,
  /** `2026-01-01` */
  valid_from: z.iso.date("is not a date like 2026-01-01"),
  vat_percent: percent.default(20),
  /** What the supplier takes: always the same, by zones, or the market price × factor + markup. */
  energy: z.discriminatedUnion("kind", [
    z.strictObject(fixed),
    z.strictObject({ kind: z.literal("zones"), zones }),
    z.strictObject(spot),
  ]),
  /** The grid operator's charge for use. */
  grid: zones.optional(),
  levies: z.array(z.strictObject({ name, ct })).default([]),
  base_fees: z.array(z.strictObject({ name, eur_per_month: eur })).default([]),
  /** What is earned; without VAT unless it says so. */
  feed_in: z
    .discriminatedUnion("kind", [
      z.strictObject({ ...fixed, vat_percent: percent.default(0) }),
      z.strictObject({ ...spot, vat_percent: percent.default(0) }),
    ])
    .optional(),
  /** For the highest quarter-hour mean of a month. */
  peak: z.strictObject({ eur_per_kw_month: eur }).optional(),
});
export type Tariff = z.infer<typeof Tariff>;
export type TariffZone = z.infer<typeof Zone>;

/** Whether what it costs or earns depends on the market price. */
export function usesMarket({ energy, feed_in }: Tariff): boolean {
  return energy.kind === "spot" || feed_in?.kind === "spot";
}

/** An item that is not a tariff, with what is wrong in which field. */
export interface InvalidTariff {
  tariff: string;
  valid_from: string;
  problems: string[];
}

export type ParsedTariff = { tariff: Tariff; invalid?: never } | { tariff?: never; invalid: InvalidTariff };

/** Reads an item of the tariffs table, as a person may have typed it. Never throws. */
export function parseTariffItem(item: Record<string, AttributeValue>): ParsedTariff {
  return parseTariff(unmarshall(item, { wrapNumbers: Number }));
}

/** Never throws. */
export function parseTariff(written: unknown): ParsedTariff {
  const parsed = Tariff.safeParse(written);
  if (parsed.success) return { tariff: parsed.data };
  const { tariff, valid_from } = Object(written);
  const text = (value: unknown) => (typeof value === "string" ? value : "(none)");
  return {
    invalid: {
      tariff: text(tariff),
      valid_from: text(valid_from),
      problems: parsed.error.issues.map(problem),
    },
  };
}

/** `energy.ct: expected number, received string` */
function problem({ path, message }: z.core.$ZodIssue): string {
  const field = path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
  const said = message.replace(/^Invalid input: /, "").replace(/^[A-Z]/, (first) => first.toLowerCase());
  return field === "" ? said : `${field}: ${said}`;
}

/** The version that is valid on a day: the newest that is not later. @param versions of one tariff */
export function validOn(versions: readonly Tariff[], day: string): Tariff | undefined {
  return versions
    .filter(({ valid_from }) => valid_from <= day)
    .reduce<Tariff | undefined>(
      (newest, version) =>
        newest === undefined || version.valid_from > newest.valid_from ? version : newest,
      undefined,
    );
}
