import {
  type Column,
  MEASUREMENT_COLUMNS,
  QUARTER_HOUR_COLUMNS,
  type QuarterHourRow,
  quarterHourRows,
} from "@energylive/core/archive/columns";
import { CSV_COLUMNS } from "@energylive/core/measurement/csv";
import { measurementJson, type StoredMeasurement } from "@energylive/core/measurement/item";
import { localDay } from "@energylive/core/profile/quarter-hours";

import { openHistory } from "../measurements/stores.ts";
import { openProfiles, type ProfiledDevice } from "../profiles/days.ts";
import type { Stage } from "../stage/stage.ts";

/** What can be exported. */
export interface Exported<Row> {
  /** For a person. */
  what: string;
  columns: readonly Column<Row>[];
  /** What CSV and JSON have: as `energylive query` writes it. */
  csvColumns: readonly string[];
  text: (row: Row) => Record<string, unknown>;
  json: (row: Row) => Record<string, unknown>;
  /** Device by device, in order of time, page by page. */
  rows(stage: Stage, devices: readonly ProfiledDevice[], range: ExportRange): AsyncGenerator<Row>;
}

/** Epoch milliseconds. */
export interface ExportRange {
  since: number | undefined;
  until: number | undefined;
}

export const MEASUREMENTS: Exported<StoredMeasurement> = {
  what: "measurements",
  columns: MEASUREMENT_COLUMNS,
  csvColumns: CSV_COLUMNS,
  text: (row) => ({ ...row }),
  json: measurementJson,
  async *rows(stage, devices, range) {
    const history = await openHistory(stage);
    for (const { device_id } of devices) yield* history.ofDevice(device_id, range);
  },
};

/** Before the first smart meter. */
const FIRST_DAY = "2000-01-01";

const isoQuarterHour = (row: QuarterHourRow) => ({
  ...row,
  quarter_hour: new Date(row.quarter_hour).toISOString(),
});

export const PROFILES: Exported<QuarterHourRow> = {
  what: "quarter-hours",
  columns: QUARTER_HOUR_COLUMNS,
  csvColumns: QUARTER_HOUR_COLUMNS.map(({ name }) => name),
  text: isoQuarterHour,
  json: isoQuarterHour,
  async *rows(stage, devices, { since, until = Date.now() }) {
    const { profiles } = await openProfiles(stage);
    for (const { device_id, time_zone } of devices) {
      const first = since === undefined ? FIRST_DAY : localDay(time_zone, since).day;
      for (const profile of await profiles.read(device_id, first, localDay(time_zone, until).day))
        for (const row of quarterHourRows(profile))
          if (row.quarter_hour >= (since ?? 0) && row.quarter_hour < until) yield row;
    }
  },
};
