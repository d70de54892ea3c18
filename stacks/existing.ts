import { resourceNames } from "../packages/core/src/settings/names.ts";
import { MEASUREMENTS_TABLE, stageTables } from "../packages/core/src/settings/tables.ts";

/**
 * Tables that have the stage's names already, and are not the stage's. Pulumi itself finds them only when it has made half of
 * the stage.
 */

const names = resourceNames($app.stage);

/** How the AWS provider words that something does not exist. */
const ABSENT = /not ?found|couldn't find|non-?existent|does ?not ?exist/i;

/** @throws {Error} that says which tables are in the way, and what to do */
export async function refuseForeignTables(): Promise<void> {
  const measurements = await existing(aws.dynamodb.getTable({ name: names.measurementsTable }));
  if (measurements !== undefined && measurements.rangeKey !== MEASUREMENTS_TABLE.sortKey)
    throw new Error(
      `the table ${names.measurementsTable} has the keys of another collector: deploy under another stage name, for example --stage home (docs/deploy.md, "Moving over")`,
    );
  const others = await Promise.all(
    stageTables(names)
      .filter(({ name }) => name !== names.measurementsTable)
      .map(({ name }) => existing(aws.dynamodb.getTable({ name }))),
  );
  const left = [measurements, ...others].filter((table) => table !== undefined).map(({ name }) => name);
  // stacks/storage.ts makes the tables after the queue, so a stage that has made them has a queue.
  if (left.length > 0 && (await existing(aws.sqs.getQueue({ name: names.measurementQueue }))) === undefined)
    throw new Error(
      `${left.join(" and ")} ${left.length === 1 ? "is" : "are"} left of a stage that was removed: deploy under another stage name, or delete them first (docs/deploy.md, "Removing")`,
    );
}

async function existing<T>(lookup: Promise<T>): Promise<T | undefined> {
  try {
    return await lookup;
  } catch (error) {
    if (ABSENT.test(String(error))) return undefined;
    throw error;
  }
}
