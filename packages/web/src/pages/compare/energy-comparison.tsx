import type { EnergySeries } from "@energylive/api/contract";
import { totalOf } from "../../chart/bars.ts";
import { getJson } from "../../data/client.ts";
import { serverNow } from "../../data/clock.ts";
import { useResource } from "../../data/resource.ts";
import { energyText } from "../../format/numbers.ts";
import { rangeText } from "../../format/times.ts";
import { locale, t } from "../../i18n/locale.ts";
import type { Range } from "../../series/tiles.ts";
import { HOUR_MS } from "../../time/zone.ts";
import { DataTable } from "../../ui/data-table.tsx";
import { FailureState, Skeleton } from "../../ui/states.tsx";
import { timeStyle, zone } from "../../ui/zone.ts";
import { type EnergyUnit, possibleUnits, wholeUnits } from "../device/energy-data.ts";
import { aWeekBefore } from "./curves.ts";
import type { CompareSelection } from "./selection.ts";

const REFRESH_MS = 60_000;

interface ComparedEnergy {
  name: string;
  import: number | null;
  export: number | null;
}

/** How much the registers grew over the range: per device or week, the sum, and the difference of two. */
export function EnergyComparison(props: {
  selection: CompareSelection;
  range: Range;
  nameOf: (deviceId: string) => string;
}) {
  const { selection, nameOf } = props;
  const range = elapsed(props.range);
  const words = t.value.compare;
  const { mode, deviceIds } = selection;
  // The shortest that the server gives for the range.
  const [unit = "month"] = possibleUnits(range);
  const [device = ""] = deviceIds;
  const parts =
    mode === "weeks"
      ? [
          { name: words.thisWeek, device, range: wholeUnits(range, unit) },
          {
            name: words.lastWeek,
            device,
            range: wholeUnits({ from: aWeekBefore(range.from), to: aWeekBefore(range.to) }, unit),
          },
        ]
      : deviceIds.map((id) => ({ name: nameOf(id), device: id, range: wholeUnits(range, unit) }));
  const resource = useResource<ComparedEnergy[]>(
    JSON.stringify([parts, unit]),
    (signal) => Promise.all(parts.map((part) => energyOf(part, unit, signal))),
    { refreshMs: REFRESH_MS },
  );
  const rows = resource.data.value;
  const error = resource.error.value;
  const whole = wholeUnits(range, unit);
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
            { text: mode === "weeks" ? words.week : words.device },
            { text: t.value.energy.import, isNumber: true },
            { text: t.value.energy.export, isNumber: true },
            { text: words.quantities.net, isNumber: true },
          ]}
        >
          {rows.map((row, index) => (
            <Row key={`${index} ${row.name}`} row={row} mark={`mark-series-${index + 1}`} />
          ))}
          {mode === "devices" && rows.length > 1 ? <Row row={summed(words.sum, rows)} isTotal /> : null}
          {rows.length === 2 ? (
            <Row
              row={subtracted(
                mode === "weeks"
                  ? words.weekDifference
                  : words.differenceOf(rows[0]?.name ?? "", rows[1]?.name ?? ""),
                rows,
              )}
              isTotal
            />
          ) : null}
        </DataTable>
      )}
    </section>
  );
}

/** Without the future: otherwise a started week would be compared with a whole one. */
function elapsed({ from, to }: Range): Range {
  const hour = Math.ceil(serverNow() / HOUR_MS) * HOUR_MS;
  return { from, to: Math.max(from + HOUR_MS, Math.min(to, hour)) };
}

function Row({ row, mark, isTotal = false }: { row: ComparedEnergy; mark?: string; isTotal?: boolean }) {
  const text = (wh: number | null) => (wh === null ? "–" : energyText(locale.value, wh));
  return (
    <tr class={isTotal ? "total" : undefined}>
      <th scope="row">
        {mark === undefined ? null : <span class={`mark ${mark}`} aria-hidden="true" />}
        {row.name}
      </th>
      <td class="number">{text(row.import)}</td>
      <td class="number">{text(row.export)}</td>
      <td class="number">{text(minus(row.import, row.export))}</td>
    </tr>
  );
}

async function energyOf(
  { name, device, range }: { name: string; device: string; range: Range },
  unit: EnergyUnit,
  signal: AbortSignal,
): Promise<ComparedEnergy> {
  const query = { device, ...range, unit, zone };
  const { periods } = await getJson<EnergySeries>("/api/energy", query, signal);
  return { name, import: totalOf(periods, "import"), export: totalOf(periods, "export") };
}

/** A sum with an unknown part is unknown. */
function summed(name: string, rows: readonly ComparedEnergy[]): ComparedEnergy {
  const add = (values: (number | null)[]) =>
    values.reduce<number | null>((sum, wh) => (sum === null || wh === null ? null : sum + wh), 0);
  return { name, import: add(rows.map((row) => row.import)), export: add(rows.map((row) => row.export)) };
}

function subtracted(name: string, [a, b]: readonly ComparedEnergy[]): ComparedEnergy {
  return {
    name,
    import: minus(a?.import ?? null, b?.import ?? null),
    export: minus(a?.export ?? null, b?.export ?? null),
  };
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
