import { DEFAULT_KEY_NAME, KeyName } from "@energylive/core/device/device";

import type { Keys } from "@energylive/core/keys/vault";
import { en } from "@energylive/web/i18n/shared/en";

import { UsageError } from "../errors.ts";

/** @throws {UsageError} for a name that is not allowed */
export function keyName(text: string): string {
  const parsed = KeyName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`"${text}" ${en.deviceProblems.not_key_name}`);
}

/** @throws {UsageError} for the key that is stored elsewhere */
export function refuseDefault(name: string, { defaultKeyAdvice }: Keys): void {
  if (name === DEFAULT_KEY_NAME && defaultKeyAdvice !== undefined) throw new UsageError(defaultKeyAdvice);
}
