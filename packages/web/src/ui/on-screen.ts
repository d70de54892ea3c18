import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

/** A little before it scrolls into view, so that it is there when it does. */
const MARGIN = "200px";

/** Whether the element has been (nearly) on the screen: of many, only those looked at are fetched. */
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
