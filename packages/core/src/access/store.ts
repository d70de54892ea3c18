import type { SSMClient } from "@aws-sdk/client-ssm";

import { jsonOf, putSecret, removeParameter, secretsBelow } from "../keys/parameter.ts";
import { type ParsedToken, parseToken, type TokenRecord } from "./token.ts";

/** The access tokens of a stage, by their hashes, kept where its keys are. */
export interface TokenStore {
  /** By name. */
  list(): Promise<ParsedToken[]>;
  set(name: string, record: TokenRecord): Promise<void>;
  /** @returns whether there was one */
  remove(name: string): Promise<boolean>;
}

/** SSM SecureString parameters below `path`, which ends with a slash. */
export function ssmTokenStore({ ssm, path }: { ssm: SSMClient; path: string }): TokenStore {
  return {
    async list() {
      const found: ParsedToken[] = [];
      for await (const [name, value] of secretsBelow(ssm, path)) found.push(parseToken(name, jsonOf(value)));
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    set: (name, record) => putSecret(ssm, `${path}${name}`, JSON.stringify(record)),
    remove: (name) => removeParameter(ssm, `${path}${name}`),
  };
}
