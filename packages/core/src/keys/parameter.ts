import { GetParameterCommand, ParameterNotFound, type SSMClient } from "@aws-sdk/client-ssm";

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
