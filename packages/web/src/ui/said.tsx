import type { DeviceProblem, DeviceReport } from "@energylive/api/contract";

import { type Answer, itemProblem, pollErrorText } from "../i18n/translate.ts";

/** What a service, a message or the table says itself: in English, whatever the page's language. */
export function Said({ text }: { text: string }) {
  return (
    <span class="said" lang="en">
      {text}
    </span>
  );
}

/** A text in the page's language, and below it what was said. */
export function AnswerText({ answer: { text, said } }: { answer: Answer }) {
  return (
    <>
      {text}
      {said === undefined ? null : (
        <span class="cell-note">
          <Said text={said} />
        </span>
      )}
    </>
  );
}

/** Why polling failed; of a code that this version does not know, what the table says. */
export function PollError({ report }: { report: DeviceReport }) {
  const { last_error } = report;
  const text = pollErrorText(report);
  if (text !== undefined) return <>{text}</>;
  return last_error === undefined ? null : <Said text={last_error.message} />;
}

export function ItemProblems({ problems }: { problems: readonly DeviceProblem[] }) {
  return (
    <ul>
      {problems.map((problem) => (
        <li key={`${problem.field} ${problem.code}`}>{itemProblem(problem)}</li>
      ))}
    </ul>
  );
}
