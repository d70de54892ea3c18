import { METRICS } from "../../packages/core/src/settings/metrics.ts";
import { paceOf, splitUnits } from "../../stacks/capacity.ts";
import { type Capacity, capacityOf, type Fleet } from "./capacity.ts";
import { type CostLine, type Deployment, estimateCost } from "./cost.ts";
import { PRICES_OF } from "./prices.ts";
import { estimatePythonCost } from "./python-collector.ts";

/** The tables of docs/scale.md, from the model that `npm run synth` estimates the cost with. */

const FLEETS: readonly Fleet[] = [1, 1_000, 100_000, 1_000_000].flatMap((devices) =>
  [300, 60].map((intervalSeconds) => ({ devices, intervalSeconds, measurementsPerPoll: 11 })),
);

/** As stacks/ingestion.ts and stacks/alarms.ts deploy. */
const DEPLOYED = {
  fetcherMemoryMb: 512,
  consumerMemoryMb: 256,
  profilerMemoryMb: 256,
  pricesMemoryMb: 256,
  reporterMemoryMb: 512,
  archiverMemoryMb: 1024,
  metrics: Object.keys(METRICS).length,
  alarmMetrics: 10,
  dashboards: 1,
  isRecoverable: true,
  provisioned: undefined,
  isInfrequentAccess: false,
  retentionDays: 365,
};

const START = '<!-- Made by "npm run docs" from tools/synth: edit there. -->';
const END = "<!-- The end of what is made. -->";

/** `page` with new tables. */
export function withScaleTables(page: string): string {
  const [before = "", rest = ""] = page.split(START);
  const [, after = ""] = rest.split(END);
  return `${before}${START}\n\n${[needs(), writes(), costs(), savings()].join("\n")}\n${END}${after}`;
}

function needs(): string {
  return table(
    [
      "devices",
      "interval",
      "polls a second",
      "shards × requests in flight",
      "a run takes",
      "messages a second",
      "SQS requests a second",
      "consumers at most",
    ],
    FLEETS.map((fleet) => [...sizeOf(fleet), ...needsOf(capacityOf(fleet))]),
  );
}

function needsOf(capacity: Capacity): string[] {
  return [
    rate(capacity.pollsPerSecond),
    `${number(capacity.shards)} × ${capacity.pollConcurrency}`,
    `${Math.ceil(capacity.runSeconds)} s`,
    rate(capacity.messagesPerSecond),
    rate(capacity.sqsRequestsPerSecond),
    number(capacity.consumers),
  ];
}

function writes(): string {
  return table(
    [
      "devices",
      "interval",
      "write units a second",
      "`ENERGYLIVE_TABLE_MAX_WRITES`",
      "writes of one type a second",
      "what is met, and what to turn",
    ],
    FLEETS.map((fleet) => [...sizeOf(fleet), ...writesOf(capacityOf(fleet))]),
  );
}

function writesOf(capacity: Capacity): string[] {
  const { measurementWrites, stateWrites, maxWrites, writesOfOneType, limits } = capacity;
  return [
    rate(measurementWrites * 2 + stateWrites),
    number(maxWrites),
    rate(writesOfOneType),
    limits.length === 0 ? "nothing" : limits.join("; "),
  ];
}

function costs(): string {
  return table(
    [
      "devices",
      "interval",
      "US dollars a month",
      "a device",
      "of it Lambda and SQS",
      "the Python collector's way",
      "of it Lambda",
    ],
    FLEETS.map((fleet) => [...sizeOf(fleet), ...costsOf(fleet)]),
    `Prices of ${PRICES_OF.region} on ${PRICES_OF.date}, before tax, at list price; tables that are full after a year. Estimates, not offers.`,
  );
}

function costsOf(fleet: Fleet): string[] {
  const ours = estimateCost(fleet, deployedFor(fleet));
  const python = estimatePythonCost(fleet);
  return [
    dollars(sum(ours)),
    dollars(sum(ours) / fleet.devices),
    dollars(sum(ours, "Lambda", "SQS")),
    dollars(sum(python)),
    dollars(sum(python, "Lambda")),
  ];
}

/** What each setting saves, one after the other. */
function savings(): string {
  const fleets = FLEETS.filter(({ intervalSeconds }) => intervalSeconds === 300);
  return table(
    [
      "devices, at 5 min",
      "`ENERGYLIVE_TABLE_CAPACITY`",
      "a device: on demand",
      "provisioned",
      "and Standard-IA",
      "and no point-in-time recovery",
      "and 90 days kept",
    ],
    fleets.filter(({ devices }) => devices > 1).map((fleet) => [number(fleet.devices), ...savingsOf(fleet)]),
  );
}

function savingsOf(fleet: Fleet): string[] {
  const { writeUnits } = capacityOf(fleet);
  const { measurements, devices } = splitUnits(writeUnits);
  const units = 2 * measurements + devices;
  const steps: Partial<Deployment>[] = [
    {},
    { provisioned: { writeUnits: units, readUnits: units } },
    { isInfrequentAccess: true },
    { isRecoverable: false },
    { retentionDays: 90 },
  ];
  const costs = steps.map((_, index) => {
    const deployment = Object.assign(deployedFor(fleet), ...steps.slice(0, index + 1));
    return dollars(sum(estimateCost(fleet, deployment)) / fleet.devices);
  });
  return [number(writeUnits), ...costs];
}

function deployedFor(fleet: Fleet): Deployment {
  const { shards, pollConcurrency, maxWrites } = capacityOf(fleet);
  const { batchSize } = paceOf(maxWrites, false);
  return { ...DEPLOYED, batchSize, intervalSeconds: fleet.intervalSeconds, shards, pollConcurrency };
}

function sum(lines: readonly CostLine[], ...services: string[]): number {
  return lines
    .filter(({ service }) => services.length === 0 || services.includes(service))
    .reduce((total, { list }) => total + list, 0);
}

function sizeOf({ devices, intervalSeconds }: Fleet): string[] {
  return [number(devices), `${intervalSeconds / 60} min`];
}

function table(columns: readonly string[], rows: readonly string[][], note?: string): string {
  const lines = [columns, columns.map(() => "---:"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return [...lines, "", ...(note === undefined ? [] : [note, ""])].join("\n");
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function rate(perSecond: number): string {
  return perSecond >= 10 ? number(Math.round(perSecond)) : String(Number(perSecond.toPrecision(2)));
}

function dollars(value: number): string {
  return value.toLocaleString("en", {
    minimumFractionDigits: value < 100 ? 2 : 0,
    maximumFractionDigits: value < 100 ? 2 : 0,
  });
}
