import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";

import { type ParsedTariff, parseTariffItem, type Tariff } from "./tariff.ts";

/** Tariffs in all their versions. DynamoDB errors pass through. */
export interface TariffStore {
  /** Every version of every tariff, by name and then by date. */
  all(): Promise<ParsedTariff[]>;
  /** The versions of a tariff, the oldest first. */
  versions(name: string): Promise<ParsedTariff[]>;
  /** Replaces the version of that date. */
  put(tariff: Tariff): Promise<void>;
  remove(name: string, validFrom: string): Promise<void>;
}

export function createTariffStore(options: { dynamodb: DynamoDBClient; table: string }): TariffStore {
  const { dynamodb, table } = options;
  return {
    async all() {
      const found: ParsedTariff[] = [];
      for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: table }))
        found.push(...Items.map(parseTariffItem));
      const keyOf = ({ tariff, invalid }: ParsedTariff) => {
        const { tariff: name, valid_from } = tariff ?? invalid;
        return `${name} ${valid_from}`;
      };
      return found.sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
    },

    async versions(name) {
      const found: ParsedTariff[] = [];
      const pages = paginateQuery(
        { client: dynamodb },
        {
          TableName: table,
          KeyConditionExpression: "tariff = :tariff",
          ExpressionAttributeValues: { ":tariff": { S: name } },
        },
      );
      for await (const { Items = [] } of pages) found.push(...Items.map(parseTariffItem));
      return found;
    },

    async put(tariff) {
      await dynamodb.send(
        new PutItemCommand({ TableName: table, Item: marshall(tariff, { removeUndefinedValues: true }) }),
      );
    },

    async remove(name, validFrom) {
      await dynamodb.send(
        new DeleteItemCommand({
          TableName: table,
          Key: { tariff: { S: name }, valid_from: { S: validFrom } },
        }),
      );
    },
  };
}
