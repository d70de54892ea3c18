import type * as z from "zod";

import { grantsOf, type Statement } from "../iam/policy.ts";
import type { Alarm, EventSourceMapping, LambdaFunction, Queue, Schedule, Table } from "../sst/resources.ts";
import { type CostLine, totalOf } from "./cost.ts";
import { PRICES_OF } from "./prices.ts";

/** Each resource in a few lines: its name, then the settings that matter. */

type Named<Schema extends z.ZodType> = z.infer<Schema> & { logicalName: string };

const LABEL_WIDTH = 20;

export function row(label: string, text: string): string {
  return `    ${label.padEnd(LABEL_WIDTH)} ${text}`;
}

export function describeTable(table: Named<typeof Table>, retained: boolean): string[] {
  const key = ({ hashKey, rangeKey }: { hashKey: string; rangeKey?: string | undefined }) =>
    [hashKey, rangeKey].filter((name) => name !== undefined).join(" + ");
  return [
    `  ${table.name}`,
    row("key", key(table)),
    ...table.globalSecondaryIndexes.map((index) =>
      row("index", `${index.name}: ${key(index)}, ${index.projectionType.toLowerCase()}`),
    ),
    row("capacity", describeCapacity(table)),
    row("expiry", table.ttl === undefined ? "never" : `attribute ${table.ttl.attributeName}`),
    row(
      "protection",
      [
        table.pointInTimeRecovery.enabled && "point-in-time recovery",
        table.deletionProtectionEnabled && "deletion protection",
        retained ? "kept when the stage is removed" : "deleted with the stage",
      ]
        .filter((part) => part !== false)
        .join(", "),
    ),
  ];
}

function describeCapacity(table: z.infer<typeof Table>): string {
  const { billingMode, tableClass, writeCapacity, onDemandThroughput: bound } = table;
  const taken =
    billingMode === "PROVISIONED"
      ? `${writeCapacity} read and write units, each index too`
      : `on demand${bound === undefined ? "" : `, at most ${bound.maxWriteRequestUnits} writes a second`}`;
  return tableClass === "STANDARD" ? taken : `${taken}, Standard-IA`;
}

export function describeQueue(queue: Named<typeof Queue>): string[] {
  return [
    `  ${queue.name}`,
    row(
      "retention",
      `${queue.messageRetentionSeconds / 86_400} days${queue.sqsManagedSseEnabled ? ", encrypted, TLS only" : ""}`,
    ),
    ...(queue.redrivePolicy === undefined
      ? []
      : [
          row("visibility", `${queue.visibilityTimeoutSeconds} s`),
          row(
            "dead letters",
            `after ${queue.redrivePolicy.maxReceiveCount} receives to ${lastOf(queue.redrivePolicy.deadLetterTargetArn)}`,
          ),
        ]),
  ];
}

export function describeFunction(
  lambda: Named<typeof LambdaFunction>,
  {
    statements,
    bytes,
    logRetentionDays,
  }: { statements: Statement[]; bytes: number | undefined; logRetentionDays: number | undefined },
): string[] {
  const { variables } = lambda.environment;
  return [
    `  ${lambda.name}`,
    row(
      "runs on",
      `${lambda.runtime}, ${lambda.architectures.join()}, ${lambda.memorySize} MB, at most ${lambda.timeout} s`,
    ),
    row("code", bytes === undefined ? "unknown" : `${Math.round(bytes / 1024)} KB`),
    row("logs", `${lambda.loggingConfig.logGroup}, ${retention(logRetentionDays)}`),
    ...grantsOf(statements).map(({ action, resource }, index) =>
      row(index === 0 ? "may" : "", `${action} on ${nameInArn(resource)}`),
    ),
    ...Object.entries(variables)
      .filter(([name]) => !name.startsWith("SST_"))
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, value], index) => row(index === 0 ? "environment" : "", `${name}=${value}`)),
  ];
}

export function describeMapping(mapping: Named<typeof EventSourceMapping>): string[] {
  return [
    row(
      "fed by",
      `${lastOf(mapping.eventSourceArn)}: up to ${mapping.batchSize} messages or ${mapping.maximumBatchingWindowInSeconds} s${mapping.scalingConfig === undefined ? "" : `, at most ${mapping.scalingConfig.maximumConcurrency} at a time`}`,
    ),
  ];
}

export function describeSchedule({ name, scheduleExpression, target }: Named<typeof Schedule>): string[] {
  const { index, total } = target.input.shard ?? {};
  return [
    row(
      scheduleExpression,
      `${name}: ${total === undefined ? "" : `shard ${index} of ${total}, `}${target.retryPolicy.maximumRetryAttempts} retries, then ${lastOf(target.deadLetterConfig.arn)}`,
    ),
  ];
}

export function describeAlarm(alarm: Named<typeof Alarm>): string[] {
  return [`  ${alarm.name}`, ...wrap(alarm.alarmDescription, 100).map((text) => `    ${text}`)];
}

/** @param archived the bill with so many days in the table, since the archive has them all */
export function describeCost(
  lines: readonly CostLine[],
  archived?: { days: number; lines: readonly CostLine[] },
): string[] {
  const { list, afterFreeTier } = totalOf(lines);
  return [
    costRow("", "list price", "after free tier"),
    ...lines
      .filter(({ quantity }) => quantity > 0)
      .map((line) =>
        costRow(
          `${line.service.padEnd(11)}${readable(line.quantity)} ${line.what}`,
          line.list.toFixed(2),
          line.afterFreeTier.toFixed(2),
        ),
      ),
    costRow("together", list.toFixed(2), afterFreeTier.toFixed(2)),
    ...(archived === undefined ? [] : [archivedRow(archived)]),
    `    Prices of ${PRICES_OF.region} on ${PRICES_OF.date}, before tax; a table full of what is kept. An estimate, not an offer.`,
  ];
}

function archivedRow({ days, lines }: { days: number; lines: readonly CostLine[] }): string {
  const { list, afterFreeTier } = totalOf(lines);
  return costRow(`with ENERGYLIVE_RETENTION_DAYS=${days}`, list.toFixed(2), afterFreeTier.toFixed(2));
}

function readable(quantity: number): string {
  return new Intl.NumberFormat("en", { maximumSignificantDigits: 3, notation: "compact" }).format(quantity);
}

function costRow(label: string, list: string, afterFreeTier: string): string {
  return `    ${label.padEnd(47)}${list.padStart(12)}${afterFreeTier.padStart(18)}`;
}

function retention(days: number | undefined): string {
  return days === undefined || days === 0 ? "kept for ever" : `kept for ${days} days`;
}

/** What follows the account in an ARN: a queue's name, `table/…`, `log-group:…`. */
function nameInArn(arn: string): string {
  return arn.split(":").slice(5).join(":");
}

function lastOf(arn: string): string {
  return arn.split(":").at(-1) ?? arn;
}

function wrap(text: string, width: number): string[] {
  return text.split(" ").reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
    return lines;
  }, []);
}
