import type { CostSeries, EnergySeries } from "@energylive/api/contract";
import { AnswerError, getJson } from "../../data/client.ts";
import { serverNow } from "../../data/clock.ts";
import { missingShare, totalOf } from "../../data/energy.ts";
import { useResource } from "../../data/resource.ts";
import { energyText, euroText } from "../../format/numbers.ts";
import { rangeText } from "../../format/times.ts";
import { locale, t } from "../../i18n/locale.ts";
import type { Range } from "../../series/tiles.ts";
import { HOUR_MS } from "../../time/zone.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { FailureState, Skeleton } from "../../ui/states.tsx";
import { timeStyle, zone } from "../../ui/zone.ts";
import { type EnergyUnit, possibleUnits, quartersOf } from "../device/energy-data.ts";
import { missingText } from "../device/energy-table.tsx";
import { CurveMark } from "./curve-mark.tsx";
import type { ComparedPeriods } from "./curves.ts";
import type { CompareSelection } from "./selection.ts";

const REFRESH_MS = 60_000;

interface ComparedEnergy {
  name: string;
  import: number | null;
  export: number | null;
  /** In EUR; `null` where there is no tariff, or no price. */
  cost: number | null;
  earned: number | null;
  /** The share of its time of which nothing is known. */
  missing: number;
}

/** How much the registers grew over the range: per device or period, the sum, and the difference of two. */
export function EnergyComparison(props: {
  selection: CompareSelection;
  range: Range;
  /** Unless devices are compared. */
  periods: ComparedPeriods | undefined;
  /** Of each device or period. */
  names: readonly string[];
}) {
  const { selection, periods, names } = props;
  const range = elapsed(props.range);
  const words = t.value.compare;
  // The shortest that the server gives for the range.
  const [unit = "month"] = possibleUnits(range);
  const [device = ""] = selection.deviceIds;
  const parts =
    periods === undefined
      ? selection.deviceIds.map((id) => ({ device: id, range: quartersOf(range) }))
      : [range, inSecond(periods, range)].map((each) => ({ device, range: quartersOf(each) }));
  const resource = useResource<Omit<ComparedEnergy, "name">[]>(
    JSON.stringify([parts, unit]),
    (signal) => Promise.all(parts.map((part) => energyOf(part, unit, signal))),
    { refreshMs: REFRESH_MS },
  );
  const rows = resource.data.value?.map((energy, index) => ({ name: names[index] ?? "", ...energy }));
  const hasCost = rows?.some(({ cost, earned }) => (cost ?? earned) !== null) ?? false;
  const error = resource.error.value;
  const whole = quartersOf(range);
  return (
    <section class="card" aria-labelledby="compared-energy">
      <header class="card-head">
        <h2 id="compared-energy">{words.energyTitle}</h2>
        <p class="muted">{rangeText(timeStyle(), whole.from, whole.to)}</p>
      </header>
      {rows === undefined ? (
        error === undefined ? (
          <Skeleton kind="table" />
        ) : (
          <FailureState error={error} onRetry={resource.refresh} />
        )
      ) : (
        <DataTable
          caption={words.energyTitle}
          head={[
            { text: periods === undefined ? words.device : t.value.device.period },
            { text: t.value.energy.import, isNumber: true },
            { text: t.value.energy.export, isNumber: true },
            { text: words.quantities.net, isNumber: true },
            ...(hasCost
              ? [
                  { text: t.value.cost.cost, isNumber: true },
                  { text: t.value.cost.earned, isNumber: true },
                ]
              : []),
          ]}
        >
          {rows.map((row, index) => (
            <Row key={`${index} ${row.name}`} row={row} mark={String(index + 1)} hasCost={hasCost} />
          ))}
          {periods === undefined && selection.hasSum && rows.length > 1 ? (
            <Row row={summed(words.sum, rows)} hasCost={hasCost} isTotal />
          ) : null}
          {selection.hasDifference && rows.length === 2 ? (
            <Row
              row={subtracted(words.differenceOf(rows[0]?.name ?? "", rows[1]?.name ?? ""), rows)}
              hasCost={hasCost}
              isTotal
            />
          ) : null}
        </DataTable>
      )}
    </section>
  );
}

/** Without the future: otherwise a started period would be compared with a whole one. */
function elapsed({ from, to }: Range): Range {
  const hour = Math.ceil(serverNow() / HOUR_MS) * HOUR_MS;
  return { from, to: Math.max(from + HOUR_MS, Math.min(to, hour)) };
}

function Row(props: { row: ComparedEnergy; mark?: string; hasCost: boolean; isTotal?: boolean }) {
  const { row, mark, hasCost, isTotal = false } = props;
  const money = (eur: number | null) => (eur === null ? "–" : euroText(locale.value, eur));
  const text = (wh: number | null) => (wh === null ? "–" : energyText(locale.value, wh));
  return (
    <tr class={isTotal ? "total" : undefined}>
      <th scope="row">
        {mark === undefined ? null : <CurveMark mark={mark} />}
        {row.name}
        {row.missing > 0 && (row.import ?? row.export) !== null ? (
          <span class="cell-note"> {t.value.device.missing(missingText(row.missing))}</span>
        ) : null}
      </th>
      <td class="number">{text(row.import)}</td>
      <td class="number">{text(row.export)}</td>
      <td class="number">{text(minus(row.import, row.export))}</td>
      {hasCost ? (
        <>
          <td class="number">{money(row.cost)}</td>
          <td class="number">{money(row.earned)}</td>
        </>
      ) : null}
    </tr>
  );
}

/** The time in the second period that belongs to a range of the first. */
function inSecond({ second, toSecond }: ComparedPeriods, { from, to }: Range): Range {
  const start = Math.max(second.from, toSecond(from));
  return { from: start, to: Math.max(start + HOUR_MS, Math.min(second.to, toSecond(to))) };
}

async function energyOf(
  { device, range }: { device: string; range: Range },
  unit: EnergyUnit,
  signal: AbortSignal,
): Promise<Omit<ComparedEnergy, "name">> {
  const query = { device, ...range, zone };
  const [{ periods }, total] = await Promise.all([
    getJson<EnergySeries>("/api/energy", { ...query, unit }, signal),
    // Only the whole of it is shown.
    getJson<CostSeries>("/api/costs", { ...query, unit: "year" }, signal).then(
      (costs) => costs.total,
      unlessRefused,
    ),
  ]);
  return {
    cost: total?.cost ?? null,
    earned: total?.earned ?? null,
    import: totalOf(periods, "import"),
    export: totalOf(periods, "export"),
    missing: missingShare(periods),
  };
}

/** A tariff that is not valid has no cost; the device's page says what is wrong with it. */
function unlessRefused(error: unknown): null {
  if (error instanceof AnswerError && error.problem.code === "tariff_invalid") return null;
  throw error;
}

/** What is missing of all of them together; they are of the same time. */
function missingOf(rows: readonly ComparedEnergy[]): number {
  return rows.reduce((total, { missing }) => total + missing, 0) / rows.length;
}

/** A sum with an unknown part is unknown; one with an incomplete part says how much is missing. */
function summed(name: string, rows: readonly ComparedEnergy[]): ComparedEnergy {
  const add = (values: (number | null)[]) =>
    values.reduce<number | null>((sum, wh) => (sum === null || wh === null ? null : sum + wh), 0);
  return {
    name,
    import: add(rows.map((row) => row.import)),
    export: add(rows.map((row) => row.export)),
    cost: add(rows.map((row) => row.cost)),
    earned: add(rows.map((row) => row.earned)),
    missing: missingOf(rows),
  };
}

function subtracted(name: string, rows: readonly ComparedEnergy[]): ComparedEnergy {
  const [a, b] = rows;
  return {
    name,
    import: minus(a?.import ?? null, b?.import ?? null),
    export: minus(a?.export ?? null, b?.export ?? null),
    cost: minus(a?.cost ?? null, b?.cost ?? null),
    earned: minus(a?.earned ?? null, b?.earned ?? null),
    missing: missingOf(rows),
  };
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
