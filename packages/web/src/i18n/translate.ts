import type {
  AlertEntry,
  AlertRule,
  ApiProblem,
  DeviceProblem,
  DeviceReport,
  LatestValue,
  Session,
  UnknownPart,
} from "@energylive/api/contract";

import { exact } from "../format/numbers.ts";
import { locale, t } from "./locale.ts";
import {
  alertValueText,
  deviceProblemText,
  knownText,
  meaningText,
  ruleText,
  type TextsOf,
  textOf,
} from "./shared/texts.ts";

/** What the page looks at. */
export function sessionText({ folder, stage }: Session): string {
  const { watchingFolder, watchingStage } = t.value.app;
  return folder === null ? watchingStage(stage) : watchingFolder(folder);
}

/** What the measurement type means. */
export function meaningOf(value: LatestValue): string {
  return meaningText(t.value.shared, value.measurement_type, value);
}

const number = (value: number) => exact(locale.value, String(value));

/** What a rule watches for. */
export function ruleWords(rule: AlertRule): string {
  return ruleText(t.value.shared, rule, number);
}

/** What was measured, in the rule's unit. */
export function alertValue({ rule, value }: AlertEntry): string {
  return alertValueText(rule, value, number);
}

/** What is wrong with a device's item. */
export function itemProblem(problem: DeviceProblem): string {
  return deviceProblemText(t.value.shared, problem);
}

/** Why polling failed; undefined for a code that this version does not know. */
export function pollErrorText({ last_error }: DeviceReport): string | undefined {
  return last_error === undefined ? undefined : knownText(t.value.pollError, last_error.code);
}

/** A text, and below it what a service said itself. */
export interface Answer {
  text: string;
  said?: string;
}

/** Why the server did not answer as asked, and what to do. */
export function problemAnswer(problem: ApiProblem): Answer {
  const { failure, shared } = t.value;
  const texts: TextsOf<ApiProblem> = { ...shared.failures, ...failure.refused };
  const advice = knownText(shared.failureAdvice, problem.code);
  const text = [textOf(texts, problem), advice].filter((part) => part !== undefined).join(" ");
  return "said" in problem ? { text, said: problem.said } : { text };
}

/** What the stack cannot tell of its pipeline, and why. */
export function unknownAnswer(part: UnknownPart): Answer {
  const what = textOf(t.value.pipeline.unknown, part);
  if (!("failure" in part)) return { text: what };
  const why = problemAnswer(part.failure);
  return { ...why, text: `${what} ${why.text}` };
}
