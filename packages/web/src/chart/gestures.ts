/** Pointers and the wheel on a chart, as movements in shares of its width. */
export interface GestureTarget {
  /** Moves the range by a share of the width; positive: to later times. */
  pan(share: number): void;
  /** Makes the range `factor` times as long around `anchor`, a share of the width. */
  zoom(factor: number, anchor: number): void;
  /** Whether the wheel zooms: scrolling the page past a chart must not stop at it. */
  takesWheel(): boolean;
}

/** One notch of a mouse wheel is about 100 pixels, and zooms by a fifth. */
const ZOOM_PER_WHEEL_PIXEL = 0.002;

/** What `deltaMode` counts in: pixels, lines, pages. */
const WHEEL_PIXELS = [1, 16, 400];

/** @returns stops it */
export function listenToGestures(element: HTMLElement, target: GestureTarget): () => void {
  const pointers = new Map<number, number>();
  const shareOf = (clientX: number) => {
    const { left, width } = element.getBoundingClientRect();
    return (clientX - left) / width;
  };

  function down(event: PointerEvent) {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    pointers.set(event.pointerId, shareOf(event.clientX));
    element.setPointerCapture(event.pointerId);
  }

  function move(event: PointerEvent) {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const after = shareOf(event.clientX);
    const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, share]) => share);
    pointers.set(event.pointerId, after);
    if (other === undefined) {
      target.pan(before - after);
      return;
    }
    const [distanceBefore, distanceAfter] = [Math.abs(before - other), Math.abs(after - other)];
    if (distanceBefore > 0 && distanceAfter > 0)
      target.zoom(distanceBefore / distanceAfter, (after + other) / 2);
    target.pan((before - after) / 2);
  }

  function up(event: PointerEvent) {
    pointers.delete(event.pointerId);
  }

  function wheel(event: WheelEvent) {
    const pixels = WHEEL_PIXELS[event.deltaMode] ?? 1;
    // A trackpad's pinch comes as a wheel with the control key.
    const isPinch = event.ctrlKey || event.metaKey;
    const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!isPinch && !isSideways && !target.takesWheel()) return;
    event.preventDefault();
    if (isSideways || event.shiftKey) {
      target.pan(((event.deltaX || event.deltaY) * pixels) / element.clientWidth);
      return;
    }
    target.zoom(Math.exp(event.deltaY * pixels * ZOOM_PER_WHEEL_PIXEL), shareOf(event.clientX));
  }

  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener("wheel", wheel, { passive: false });
  return () => {
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", up);
    element.removeEventListener("wheel", wheel);
  };
}
