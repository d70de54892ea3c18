import { HEALTHS } from "@energylive/core/device/health";
import { CALENDAR_UNITS, isTimeZone } from "@energylive/core/energy/calendar";
import { DeviceId, MeasurementType } from "@energylive/core/measurement/measurement";
import { createRoute, z } from "@hono/zod-openapi";

import { LONGEST_NAME } from "../account/devices.ts";

/**
 * What the API for programs takes and answers. Names and meanings of fields stay as they are within `/api/v1`; fields may be added. Times
 * are ISO 8601 in UTC, energy is Wh, power W, money EUR. What is not known is `null`, never zero.
 */

const instant = (description: string) =>
  z.iso.datetime({ offset: true, message: "is not a time such as 2026-11-25T00:00:00Z" }).openapi({
    description,
    example: "2026-11-25T00:00:00Z",
  });

const time = z.iso.datetime().openapi({ example: "2026-11-25T07:59:55.000Z" });

export const MOST_ITEMS = 1_000;

/** How many of a list, and which come next. */
const page = {
  limit: z.coerce
    .number()
    .int("is not a whole number")
    .min(1, "is below 1")
    .max(MOST_ITEMS, `is above ${MOST_ITEMS}`)
    .default(100)
    .openapi({ description: "the most to answer" }),
  cursor: z
    .string()
    .max(500, "is too long")
    .optional()
    .openapi({ description: "`next` of the answer before" }),
};

const next = z
  .string()
  .nullable()
  .openapi({ description: "pass it as `cursor` for what follows; `null` at the end" });

// Cloned: a schema that was made before this library was loaded cannot be described.
const deviceId = DeviceId.clone().openapi({ example: "I-10082023-01658401" });

export const DeviceParam = z.object({
  device: deviceId.openapi({ param: { name: "device", in: "path" } }),
});

export const DevicesQuery = z.object(page);
export const MeasurementsQuery = z.object({
  ...page,
  since: instant("from this time on; by default the last day").optional(),
  until: instant("before this time; by default now").optional(),
  type: MeasurementType.clone().optional().openapi({
    description: "only this measurement type",
    example: "0100010700",
  }),
});

export const EnergyQuery = z.object({
  since: instant("from this time on; by default the last 31 days").optional(),
  until: instant("before this time; by default now").optional(),
  by: z.enum(CALENDAR_UNITS).default("day").openapi({ description: "how long a period is" }),
  zone: z
    .string()
    .refine(isTimeZone, "is not a time zone: one looks like Europe/Vienna")
    .default("Europe/Vienna")
    .openapi({ description: "whose days, weeks and months are meant", example: "Europe/Vienna" }),
});

export const PricesQuery = z.object({
  since: instant("from this time on; by default the start of today in Vienna").optional(),
  until: instant("before this time; by default as far as they are known").optional(),
});

export const AlertsQuery = z.object({
  device: deviceId.optional().openapi({ description: "all alerts of this device, those that are over too" }),
});

export const Problem = z
  .object({
    code: z.string().openapi({ description: "stable, for programs", example: "bad_request" }),
    said: z.string().openapi({ description: "for the author of the program" }),
  })
  .openapi("Problem");

export const Device = z
  .object({
    device_id: deviceId,
    name: z.string().openapi({ description: "its id, if it has none" }),
    health: z.enum(HEALTHS),
    enabled: z.boolean().nullable().openapi({ description: "whether it is polled" }),
    labels: z.record(z.string(), z.string()),
    tariff: z.string().nullable(),
    time_zone: z.string().nullable(),
    last_polled_at: time.nullable(),
    last_success_at: time.nullable(),
    newest_measurement_at: time.nullable().openapi({ description: "the device's own time" }),
    last_error: z.object({ code: z.string(), message: z.string(), at: z.string() }).nullable(),
  })
  .openapi("Device");

export const DevicePage = z.object({ devices: z.array(Device), next }).openapi("DevicePage");

export const Measurement = z
  .object({
    measurement_type: z.string().openapi({ example: "0100010700" }),
    timestamp: time,
    value: z.number().openapi({ description: "as a double" }),
    value_text: z.string().openapi({ description: "with all digits" }),
    unit: z.string().nullable(),
    collection_time: z.string().openapi({ description: "when it was received" }),
  })
  .openapi("Measurement");

export const MeasurementPage = z
  .object({ device_id: deviceId, measurements: z.array(Measurement), next })
  .openapi("MeasurementPage");

export const Latest = z
  .object({
    device_id: deviceId,
    measurements: z.array(Measurement.omit({ collection_time: true }).openapi("LatestValue")),
  })
  .openapi("Latest");

const wh = (description: string) => z.number().nullable().openapi({ description });

const EnergyPeriod = z
  .object({
    from: time,
    to: time,
    import_wh: wh("drawn from the grid"),
    export_wh: wh("fed into the grid"),
    net_wh: wh("drawn minus fed in"),
    peak: z
      .object({ watts: z.number(), at: time })
      .nullable()
      .openapi({ description: "the highest mean of a quarter-hour: `watts` and `at`" }),
    quarter_hours: z
      .object({
        measured: z.int(),
        estimated: z.int(),
        reset: z.int(),
        imported: z.int(),
        missing: z.int(),
      })
      .openapi({ description: "how many are `measured`, `estimated`, `reset`, `imported` and `missing`" }),
  })
  .openapi("EnergyPeriod");

export const Energy = z.object({ device_id: deviceId, periods: z.array(EnergyPeriod) }).openapi("Energy");

export const Prices = z
  .object({
    prices: z.array(z.object({ from: time, to: time, eur_per_mwh: z.number() }).openapi("Price")),
    sources: z.array(z.string()).openapi({ description: "to be named wherever the prices are shown" }),
  })
  .openapi("Prices");

const Alert = z
  .object({
    device_id: z.string(),
    rule: z.record(z.string(), z.unknown()).openapi({ description: "as `energylive alerts rules` shows it" }),
    began: time,
    ended: time.nullable().openapi({ description: "`null` while it lasts" }),
    value: z.number().openapi({ description: "in the unit of the rule's limit" }),
    limit: z.number(),
  })
  .openapi("Alert");

export const Alerts = z.object({ alerts: z.array(Alert) }).openapi("Alerts");

export const Edit = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1, "is blank")
      .max(LONGEST_NAME, "is too long")
      .nullable()
      .optional()
      .openapi({ description: "`null` removes it" }),
    enabled: z.boolean().optional().openapi({ description: "`false` pauses it: it is not polled" }),
  })
  .refine((edit) => Object.keys(edit).length > 0, "changes nothing")
  .openapi("Edit");

export const Poll = z
  .object({
    polled: z.int(),
    published: z.int().openapi({ description: "measurements that were new" }),
    failed: z.int(),
  })
  .openapi("Poll");

const SECURITY = [{ token: [] }];

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  content: { "application/json": { schema } },
  description,
});

const PROBLEMS = {
  400: json(Problem, "the request is not understood"),
  401: json(Problem, "the token is missing or not known"),
  403: json(Problem, "the token may not do this"),
  502: json(Problem, "a service behind this one does not answer"),
};
const UNKNOWN = { 404: json(Problem, "there is no such device") };
const NOT_JSON = { 413: json(Problem, "the body is too long"), 415: json(Problem, "the body is not JSON") };

const get = <const Path extends string, Request extends object, Schema extends z.ZodType>(
  path: Path,
  summary: string,
  request: Request,
  schema: Schema,
) =>
  createRoute({
    method: "get",
    path,
    summary,
    security: SECURITY,
    request,
    responses: {
      200: json(schema, summary),
      304: { description: "as the ETag says" },
      ...PROBLEMS,
      ...UNKNOWN,
    },
  });

export const ROUTES = {
  devices: get("/devices", "All devices, by id", { query: DevicesQuery }, DevicePage),
  device: get("/devices/{device}", "A device", { params: DeviceParam }, Device),
  latest: get("/devices/{device}/latest", "The newest value of every type", { params: DeviceParam }, Latest),
  measurements: get(
    "/devices/{device}/measurements",
    "Raw measurements, in order of time",
    { params: DeviceParam, query: MeasurementsQuery },
    MeasurementPage,
  ),
  energy: get(
    "/devices/{device}/energy",
    "What was drawn and fed in, by period",
    { params: DeviceParam, query: EnergyQuery },
    Energy,
  ),
  prices: get("/prices", "Net market prices by quarter-hour", { query: PricesQuery }, Prices),
  alerts: get(
    "/alerts",
    "What is wrong now, or was wrong with a device; the newest first",
    { query: AlertsQuery },
    Alerts,
  ),
  edit: createRoute({
    method: "patch",
    path: "/devices/{device}",
    summary: "Rename or pause a device",
    security: SECURITY,
    request: {
      params: DeviceParam,
      body: { content: { "application/json": { schema: Edit } }, required: true },
    },
    responses: { 200: json(Device, "The device as it is now"), ...PROBLEMS, ...UNKNOWN, ...NOT_JSON },
  }),
  poll: createRoute({
    method: "post",
    path: "/devices/{device}/poll",
    summary: "Poll a device now, beside the schedule",
    security: SECURITY,
    request: { params: DeviceParam },
    responses: { 200: json(Poll, "What the poll brought"), ...PROBLEMS, ...UNKNOWN },
  }),
} as const;
