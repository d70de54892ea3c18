import { paginateGetParametersByPath, type SSMClient } from "@aws-sdk/client-ssm";

import { putSecret, removeParameter } from "../keys/parameter.ts";
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
      // IAM judges the path itself, as it is written here: without the slash, the function's policy names it.
      const Path = path.slice(0, -1);
      const pages = paginateGetParametersByPath({ client: ssm }, { Path, WithDecryption: true });
      for await (const { Parameters = [] } of pages)
        for (const { Name = "", Value = "" } of Parameters)
          found.push(parseChannel(Name.slice(path.length), jsonOf(Value)));
      return byName(found);
    },

    set: (name, settings) => putSecret(ssm, `${path}${name}`, JSON.stringify(settings)),

    remove: (name) => removeParameter(ssm, `${path}${name}`),
  };
}

export function byName(channels: readonly ParsedChannel[]): ParsedChannel[] {
  return channels.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** What is not JSON is refused by the schema, without being quoted. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
