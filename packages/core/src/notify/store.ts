import type { SSMClient } from "@aws-sdk/client-ssm";

import { jsonOf, putSecret, removeParameter, secretsBelow } from "../keys/parameter.ts";
import { type ChannelSettings, type ParsedChannel, parseChannel } from "./channel.ts";

/** The channels of a stage, kept where its keys are: SSM when deployed, a file of its owner on the embedded stack. */
export interface ChannelStore {
  /** By name. */
  list(): Promise<ParsedChannel[]>;
  /** Adds a channel, or replaces the one with that name. */
  set(name: string, settings: ChannelSettings): Promise<void>;
  /** @returns whether there was one */
  remove(name: string): Promise<boolean>;
}

/** SSM SecureString parameters below `path`, which ends with a slash, encrypted with SSM's own key. */
export function ssmChannelStore({ ssm, path }: { ssm: SSMClient; path: string }): ChannelStore {
  return {
    async list() {
      const found: ParsedChannel[] = [];
      for await (const [name, value] of secretsBelow(ssm, path))
        found.push(parseChannel(name, jsonOf(value)));
      return byName(found);
    },

    set: (name, settings) => putSecret(ssm, `${path}${name}`, JSON.stringify(settings)),

    remove: (name) => removeParameter(ssm, `${path}${name}`),
  };
}

function byName(channels: readonly ParsedChannel[]): ParsedChannel[] {
  return channels.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
