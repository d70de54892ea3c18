import { DescribeTableCommand, type DynamoDBClient, type KeySchemaElement } from "@aws-sdk/client-dynamodb";
import { stageTables, type TableDefinition } from "@energylive/core/settings/tables";

import type { Stage } from "../stage/stage.ts";
import { type Check, look, ok, wrong } from "./check.ts";

/** The tables with the keys and indexes that the handlers use. */
export async function checkTables(stage: Stage): Promise<Check[]> {
  const dynamodb = await stage.dynamodb();
  const checks = await Promise.all(
    stageTables(stage.names).map(({ what, name, definition }) =>
      look(`${what} table`, () => checkTable(dynamodb, `${what} table`, name, definition, stage)),
    ),
  );
  return checks.flat();
}

async function checkTable(
  dynamodb: DynamoDBClient,
  name: string,
  table: string,
  definition: TableDefinition,
  stage: Stage,
): Promise<Check> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: table }));
  const advice =
    "deploy the stage again; a table of an older collector has to be moved first (docs/deploy.md)";
  if (Table?.TableStatus !== "ACTIVE")
    return wrong(name, `${table} is ${Table?.TableStatus}`, "wait until it is ACTIVE");
  const expected = keysOf(definition);
  const actual = describeKeys(Table.KeySchema);
  if (actual !== expected) return wrong(name, `${table} has the keys ${actual}, not ${expected}`, advice);
  for (const [index, keys] of Object.entries(definition.indexes)) {
    const found = Table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index);
    if (found === undefined) {
      const others = Table.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).join(", ");
      const detail = `${table} has no index ${index}${others ? `, but ${others}` : ""}: no query of one type over all devices works`;
      return wrong(name, detail, indexAdvice(stage, others));
    }
    const indexKeys = describeKeys(found.KeySchema);
    if (indexKeys !== keysOf(keys))
      return wrong(
        name,
        `the index ${index} has the keys ${indexKeys}, not ${keysOf(keys)}`,
        indexAdvice(stage, index),
      );
  }
  return ok(name, `${table}, keys ${actual}`);
}

/**
 * An earlier version could deploy a sharded index, or none. Pulumi's AWS provider keeps an index that the configuration no
 * longer names (github.com/hashicorp/terraform-provider-aws/issues/47490), so a person deletes it.
 */
function indexAdvice({ name, kind }: Stage, others: string | undefined): string {
  if (kind !== "deployed") return "start again with --fresh";
  const first = others ? `delete ${others} in the DynamoDB console (Indexes), then ` : "";
  return `${first}npx sst refresh --stage ${name} and npx sst deploy --stage ${name}: it makes the index, from the items that are there`;
}

function keysOf({ partitionKey, sortKey }: { partitionKey: string; sortKey?: string }): string {
  return [partitionKey, sortKey].filter((key) => key !== undefined).join(" + ");
}

function describeKeys(schema: readonly KeySchemaElement[] = []): string {
  const named = (type: string) => schema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return [named("HASH"), named("RANGE")].filter((key) => key !== undefined).join(" + ");
}
