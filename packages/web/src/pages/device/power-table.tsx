import { BUCKET_LADDER } from "@energylive/api/contract";
import type { ReadCurve } from "../../chart/readout.tsx";
import { powerText } from "../../format/numbers.ts";
import { minuteText } from "../../format/times.ts";
import { locale, t } from "../../i18n/locale.ts";
import { extentOf } from "../../series/extent.ts";
import { mergePoints, type Point } from "../../series/point.ts";
import type { Range } from "../../series/tiles.ts";
import { DAY_MS, HOUR_MS, instantOf, startOfMonth, startOfWeek, wallClock } from "../../time/zone.ts";
import { AsTable } from "../../ui/as-table.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { timeStyle, zone } from "../../ui/zone.ts";

/** More rows would be hard to read. */
const MOST_ROWS = 60;

const WEEK_MS = 7 * DAY_MS;
const MONTH_MS = 30 * DAY_MS;
const ROW_SIZES = [...BUCKET_LADDER, WEEK_MS, MONTH_MS];

/** Describes the chart in words. */
export function PowerSummary({ curves, range }: { curves: readonly ReadCurve[]; range: Range }) {
  const words = t.value.device;
  const text = (watts: number) => powerText(locale.value, watts);
  return (
    <>
      {curves.map(({ name, points }, index) => {
        const extent = extentOf(points, range);
        return (
          <p key={`${index} ${name}`}>
            {extent === undefined
              ? words.summaryNone(name)
              : words.summary(name, text(extent.min), text(extent.max), text(extent.mean))}
          </p>
        );
      })}
    </>
  );
}

/** The chart as a table of at most sixty rows, built when it is opened. */
export function PowerTable(props: {
  name: string;
  drawn: readonly Point[];
  fedIn: readonly Point[];
  range: Range;
}) {
  return <AsTable table={() => <Rows {...props} />} />;
}

function Rows({
  name,
  drawn,
  fedIn,
  range,
}: {
  name: string;
  drawn: readonly Point[];
  fedIn: readonly Point[];
  range: Range;
}) {
  const words = t.value.device;
  const { power } = t.value;
  const size = ROW_SIZES.find((bucket) => (range.to - range.from) / bucket <= MOST_ROWS) ?? MONTH_MS;
  const [drawnRows, fedInRows] = [drawn, fedIn].map((points) => rowsOf(points, range, size));
  const starts = [...new Set([...(drawnRows?.keys() ?? []), ...(fedInRows?.keys() ?? [])])].sort(
    (a, b) => b - a,
  );
  return (
    <DataTable
      caption={name}
      head={[
        { text: words.at },
        { text: `${power.drawn}, ${words.mean}`, isNumber: true },
        { text: `${power.drawn}, ${words.highest}`, isNumber: true },
        { text: `${power.fedIn}, ${words.mean}`, isNumber: true },
        { text: `${power.fedIn}, ${words.highest}`, isNumber: true },
      ]}
    >
      {starts.map((start) => (
        <tr key={start}>
          <th scope="row">{minuteText(timeStyle(), start)}</th>
          <PowerCells point={drawnRows?.get(start)} />
          <PowerCells point={fedInRows?.get(start)} />
        </tr>
      ))}
    </DataTable>
  );
}

function PowerCells({ point }: { point: Point | undefined }) {
  const text = (watts: number | undefined) => (watts === undefined ? "–" : powerText(locale.value, watts));
  return (
    <>
      <td class="number">{text(point?.mean)}</td>
      <td class="number">{text(point?.max)}</td>
    </>
  );
}

function rowsOf(points: readonly Point[], { from, to }: Range, size: number): Map<number, Point> {
  const shown = points.filter(({ start }) => start >= from && start < to);
  return new Map(mergePoints(shown, size, (at) => rowStart(at, size)).map((point) => [point.start, point]));
}

/** Rows of hours and days begin at round times of the clock on the wall. */
function rowStart(at: number, size: number): number {
  if (size <= HOUR_MS) return Math.floor(at / size) * size;
  if (size === MONTH_MS) return startOfMonth(zone, at);
  if (size === WEEK_MS) return startOfWeek(zone, at);
  const { year, month, day, hour } = wallClock(zone, at);
  const hours = size / HOUR_MS;
  return instantOf(zone, { year, month, day, hour: Math.floor(hour / hours) * hours });
}
