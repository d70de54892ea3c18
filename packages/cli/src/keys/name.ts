import { DEFAULT_KEY_NAME, KeyName } from "@energylive/core/device/device";

import { UsageError } from "../errors.ts";
import type { Keys } from "../stage/stage.ts";

/** @throws {UsageError} for a name that no key can have */
export function keyName(text: string): string {
  const parsed = KeyName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`"${text}" ${parsed.error.issues[0]?.message}`);
}

/** @throws {UsageError} for the key that lies elsewhere */
export function refuseDefault(name: string, { defaultKeyAdvice }: Keys): void {
  if (name === DEFAULT_KEY_NAME) throw new UsageError(defaultKeyAdvice);
}
