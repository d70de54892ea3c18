import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

import { itemsOfDays } from "../day-items.ts";
import { unlessConditionFails } from "../device/condition.ts";
import { type DayPrices, dayPricesItem, isComplete, MARKET, readDayPrices } from "./prices.ts";

/** Market prices by day. DynamoDB errors pass through. */
export interface PriceStore {
  /** From day `since` to day `until`, both included, in order. Days without prices are left out. */
  read(since: string, until: string): Promise<DayPrices[]>;
  /**
   * Adds what is new to what is stored: a price is never replaced by none.
   *
   * @param stored the day as it was read; nothing is written if it has changed since
   * @returns what is stored now; `undefined` if nothing was written
   */
  add(prices: DayPrices, stored: DayPrices | undefined): Promise<DayPrices | undefined>;
}

export function createPriceStore(options: { dynamodb: DynamoDBClient; table: string }): PriceStore {
  const { dynamodb, table } = options;
  return {
    async read(since, until) {
      const partition = ["market", MARKET] as const;
      const items = await itemsOfDays({ ...options, partition, since, until, isConsistent: false });
      return items.map(readDayPrices);
    },

    async add(prices, stored) {
      if (stored !== undefined && isComplete(stored)) return undefined;
      const joined = {
        ...prices,
        eur_per_mwh: prices.eur_per_mwh.map((price, index) => price ?? stored?.eur_per_mwh[index] ?? null),
      };
      const isWritten = await unlessConditionFails(
        dynamodb.send(
          new PutItemCommand({
            TableName: table,
            Item: dayPricesItem(joined),
            ...(stored === undefined
              ? { ConditionExpression: "attribute_not_exists(market)" }
              : {
                  ConditionExpression: "fetched_at = :read",
                  ExpressionAttributeValues: { ":read": { S: stored.fetched_at } },
                }),
          }),
        ),
      );
      return isWritten ? joined : undefined;
    },
  };
}
