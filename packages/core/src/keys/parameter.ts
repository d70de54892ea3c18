import { GetParameterCommand, ParameterNotFound, type SSMClient } from "@aws-sdk/client-ssm";

import type { ParameterReader } from "./store.ts";

/** Reads SSM parameters, decrypted. No value is ever in an error. */
export function ssmParameterReader(ssm: SSMClient): ParameterReader {
  return async (Name) => {
    try {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
      return Parameter?.Value;
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      // The message of a parser quotes the answer, and the answer holds the key.
      if (error instanceof SyntaxError) throw new Error("SSM answered something other than JSON");
      throw error;
    }
  };
}
