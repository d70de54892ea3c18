import { NumberText, parseJson } from "@energylive/core/json";

/** The attributes of an item as text. */
export type Fields = Readonly<Record<string, string>>;

/** The attributes of a JSON object as text, in DynamoDB's form or plainly. Others than texts and numbers are left out. */
export function fieldsOfJson(json: unknown): Fields | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  const item = "Item" in json && typeof json.Item === "object" && json.Item !== null ? json.Item : json;
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(item)) {
    const text = textOf(value);
    if (text !== undefined) fields[name] = text;
  }
  return fields;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (value instanceof NumberText) return value.text;
  if (typeof value !== "object" || value === null) return undefined;
  const { S, N } = value as { S?: unknown; N?: unknown };
  return typeof S === "string" ? S : typeof N === "string" ? N : undefined;
}

/** @returns the attributes of a JSON text, or what is wrong with it */
export function fieldsOfText(
  text: string,
): { fields: Fields; problem?: never } | { fields?: never; problem: string } {
  try {
    const fields = fieldsOfJson(parseJson(text));
    return fields === undefined ? { problem: "is not a JSON object" } : { fields };
  } catch (error) {
    return { problem: `is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
