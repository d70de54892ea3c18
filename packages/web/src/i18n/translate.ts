import type { DeadLetterReason, DeviceReport, LatestValue } from "@energylive/api/contract";
import { germanMeaning, germanReason } from "./german.ts";
import { germanSentence } from "./german-sentences.ts";
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

/** What the server says, in the viewer's language as far as this version can tell it; line by line. */
export function serverText(english: string): string {
  if (language.value === "en") return english;
  return english
    .split("\n")
    .map((line) => germanSentence(line) ?? line)
    .join("\n");
}

/** The language to read `serverText` in, where it is not the page's. */
export function serverLanguage(english: string): "en" | undefined {
  const isKnown = english.split("\n").every((line) => germanSentence(line) !== undefined);
  return language.value === "en" || isKnown ? undefined : "en";
}

/** Why polling failed, in words where this version has some. The server's own message says more. */
export function pollErrorText({ last_error }: DeviceReport): string | undefined {
  if (last_error === undefined) return undefined;
  const words: Record<string, string> = t.value.pollError;
  return Object.hasOwn(words, last_error.code) ? words[last_error.code] : serverText(last_error.message);
}
