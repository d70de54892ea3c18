/** The command's texts that the page uses too. */
import type { DeviceProblem } from "@energylive/core/device/problem";
import { factsOfType } from "@energylive/core/measurement/obis";
import { en } from "@energylive/web/i18n/shared/en";
import {
  deviceProblemText,
  meaningText,
  type ReasonText,
  reasonText,
} from "@energylive/web/i18n/shared/texts";

/** @example meaningOf("0100520700") // "voltage L2" */
export function meaningOf(measurementType: string): string {
  return meaningText(en, measurementType, factsOfType(measurementType));
}

export function problemTexts(problems: readonly DeviceProblem[] = []): string[] {
  return problems.map((problem) => deviceProblemText(en, problem));
}

/** Why messages are in the dead-letter queue, and what to do. */
export function reasonOf(reason: string): ReasonText {
  return reasonText(en, reason);
}
