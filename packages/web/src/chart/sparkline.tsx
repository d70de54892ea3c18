import type { Point } from "../series/point.ts";
import type { Range } from "../series/tiles.ts";
import { sparklinePaths } from "./sparkline-path.ts";

const WIDTH = 240;
const HEIGHT = 48;

/** Drawn power above zero, fed-in power below. */
export function Sparkline({
  points,
  range,
  label,
}: {
  points: readonly Point[];
  range: Range;
  label: string;
}) {
  const { drawn, fedIn, envelope, line, zeroY } = sparklinePaths(points, range, WIDTH, HEIGHT);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path class="sparkline-envelope" d={envelope} />
      <path class="sparkline-drawn" d={drawn} />
      <path class="sparkline-fed-in" d={fedIn} />
      <path class="sparkline-zero" d={`M0 ${zeroY.toFixed(1)}H${WIDTH}`} />
      <path class="sparkline-line" d={line} />
    </svg>
  );
}
