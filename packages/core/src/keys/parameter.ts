import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
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
