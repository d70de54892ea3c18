import type { DeadLetterReason, DeviceReport, LatestValue } from "../../api.ts";
import { germanMeaning, germanReason } from "./german.ts";
import { language, t } from "./locale.ts";

/** What the measurement type means, in the viewer's language. */
export function meaningOf({
  measurement_type,
  meaning,
}: Pick<LatestValue, "measurement_type" | "meaning">): string {
  return language.value === "de" ? germanMeaning(measurement_type, meaning) : meaning;
}

export function reasonText(group: DeadLetterReason): { meaning: string; advice: string } {
  return (language.value === "de" ? germanReason(group.reason) : undefined) ?? group;
}

/** Why polling failed, in words where this version has some. The server's own message, in English, says more. */
export function pollErrorText({ last_error }: DeviceReport): string | undefined {
  if (last_error === undefined) return undefined;
  const words: Record<string, string> = t.value.pollError;
  return Object.hasOwn(words, last_error.code) ? words[last_error.code] : last_error.message;
}
