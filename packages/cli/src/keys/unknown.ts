import { KeyUnavailableError } from "@energylive/core/keys/api-key";

import { commandFor, type Stage } from "../stage/stage.ts";
import type { Output } from "../terminal/output.ts";

/** Says that there is no key of that name yet: it may be set later. Silent where the person may not read keys. */
export async function noteUnknownKey(stage: Stage, name: string | undefined, output: Output): Promise<void> {
  if (name === undefined) return;
  const { source } = await stage.keys();
  try {
    await source(name);
  } catch (error) {
    if (!(error instanceof KeyUnavailableError) || error.cause !== undefined) return;
    output.note(
      `There is no key "${name}", so the device cannot be polled: ${commandFor(stage, `keys set ${name}`)} sets it.`,
    );
  }
}
