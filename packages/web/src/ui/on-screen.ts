import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

/** Starts a little before it scrolls into view. */
const MARGIN = "200px";

/** Whether the element has been (nearly) visible, so only visible cards fetch data. */
export function useOnScreen<E extends Element>() {
  const ref = useRef<E>(null);
  const isOnScreen = useSignal(false);
  useEffect(() => {
    const { current } = ref;
    if (current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        isOnScreen.value = true;
        observer.disconnect();
      },
      { rootMargin: MARGIN },
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return { ref, isOnScreen: isOnScreen.value };
}
