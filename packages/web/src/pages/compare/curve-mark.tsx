import { colourOf, styleOf } from "./curves.ts";

const LENGTH = 30;

/** A piece of a curve: its colour and its dashes. Decorative: its name stands beside it. */
export function CurveMark({ mark }: { mark: string }) {
  const { dash = [] } = styleOf(mark);
  return (
    <svg
      class={`curve-mark curve-mark-${colourOf(mark)}`}
      viewBox={`0 0 ${LENGTH} 6`}
      aria-hidden="true"
      focusable="false"
    >
      <line x1={0} x2={LENGTH} y1={3} y2={3} stroke-dasharray={dash.join(" ")} />
    </svg>
  );
}
