import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  paginateGetParametersByPath,
  type SSMClient,
} from "@aws-sdk/client-ssm";

import type { ParameterReader } from "./store.ts";

/** Reads SSM parameters, decrypted. Its errors never contain a value. */
export function ssmParameterReader(ssm: SSMClient): ParameterReader {
  return async (Name) => {
    try {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
      return Parameter?.Value;
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      // A parser's message quotes the answer, which contains the key.
      if (error instanceof SyntaxError) throw new Error("SSM answered something other than JSON");
      throw error;
    }
  };
}

/** Writes a SecureString parameter, encrypted with SSM's own key, or replaces it. */
export async function putSecret(ssm: SSMClient, Name: string, Value: string): Promise<void> {
  await ssm.send(new PutParameterCommand({ Name, Value, Type: "SecureString", Overwrite: true }));
}

/** The SecureString parameters below `path`, which ends with a slash, decrypted: by the rest of their names. */
export async function* secretsBelow(
  ssm: SSMClient,
  path: string,
): AsyncGenerator<[name: string, value: string]> {
  // IAM judges the path itself, as it is written here: without the slash, the policies name it.
  const Path = path.slice(0, -1);
  const pages = paginateGetParametersByPath({ client: ssm }, { Path, WithDecryption: true });
  for await (const { Parameters = [] } of pages)
    for (const { Name = "", Value = "" } of Parameters) yield [Name.slice(path.length), Value];
}

/** What a parameter holds; what is not JSON is refused by whoever reads it, without being quoted. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @returns whether there was one */
export async function removeParameter(ssm: SSMClient, Name: string): Promise<boolean> {
  try {
    await ssm.send(new DeleteParameterCommand({ Name }));
    return true;
  } catch (error) {
    if (error instanceof ParameterNotFound) return false;
    throw error;
  }
}
