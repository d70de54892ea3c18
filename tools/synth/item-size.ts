import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/**
 * How large DynamoDB counts an item. Attribute names and strings count their bytes in UTF-8, a number one byte for two
 * significant digits and one more, a list or map three bytes and one for each member.
 * Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */

/** What DynamoDB adds to each item, and to each entry of an index, when it bills storage. */
export const STORAGE_OVERHEAD_BYTES = 100;

const WRITE_UNIT_BYTES = 1024;

/** Write units of one on-demand write of an item of `bytes`, into the table or into one index. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** The size in bytes that write units are counted by, without the overhead of storage. */
export function itemBytes(item: Record<string, AttributeValue>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + textBytes(name) + valueBytes(value), 0);
}

function valueBytes({ S, N, L, M }: AttributeValue): number {
  if (S !== undefined) return textBytes(S);
  if (N !== undefined) return numberBytes(N);
  if (L !== undefined) return L.reduce((sum, value) => sum + 1 + valueBytes(value), 3);
  if (M !== undefined) return 3 + Object.keys(M).length + itemBytes(M);
  // NULL and BOOL.
  return 1;
}

function numberBytes(text: string): number {
  const digits = text
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+|0+$/g, "");
  return Math.ceil(digits.length / 2) + 1;
}

function textBytes(text: string): number {
  return Buffer.byteLength(text);
}
