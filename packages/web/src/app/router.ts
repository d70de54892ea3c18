import { computed, effect, signal } from "@preact/signals";

/** Routes are behind `#`: the server has one page, and the browser does the rest. */
export type Route =
  | { page: "overview" }
  | { page: "device"; deviceId: string }
  | { page: "compare" }
  | { page: "prices" }
  | { page: "pipeline" }
  | { page: "manage" }
  | { page: "unknown" };

const hash = signal(location.hash);

/** The event comes a moment after the address changes. */
addEventListener("hashchange", follow);

function follow(): void {
  hash.value = location.hash;
}

const parts = computed(() => {
  const [path = "", search = ""] = hash.value.replace(/^#/, "").split("?");
  return { path, search };
});

export const route = computed<Route>(() => {
  const [first = "", second, ...others] = parts.value.path.split("/").filter(Boolean);
  if (others.length > 0) return { page: "unknown" };
  if (first === "devices" && second !== undefined) return { page: "device", deviceId: decode(second) };
  if (second !== undefined) return { page: "unknown" };
  if (first === "") return { page: "overview" };
  return first === "compare" || first === "prices" || first === "pipeline" || first === "manage"
    ? { page: first }
    : { page: "unknown" };
});

/** The query behind the route. */
export const parameters = computed(() => new URLSearchParams(parts.value.search));

/** The range of the device that is shown, or was last. */
const lookedAt = signal("");
effect(() => {
  if (route.value.page === "device") lookedAt.value = parts.value.search;
});

/** The address of this page with a changed query. */
export function hrefWith(changed: Record<string, string | undefined>): string {
  const next = new URLSearchParams(parameters.peek());
  for (const [name, value] of Object.entries(changed)) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  const search = next.toString();
  return `#${parts.peek().path}${search === "" ? "" : `?${search}`}`;
}

/**
 * Changes the query, so the address leads to what is shown now.
 *
 * @param options.isStep "back" leads to what was shown before
 */
export function setParameters(
  changed: Record<string, string | undefined>,
  { isStep = false }: { isStep?: boolean } = {},
): void {
  // The viewer may have gone elsewhere meanwhile.
  if (location.hash !== hash.peek()) {
    follow();
    return;
  }
  const address = hrefWith(changed);
  if (address === location.hash) return;
  if (isStep) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  follow();
}

/** With the range that was looked at last, of whatever device. */
export function deviceHref(deviceId: string): string {
  const search = lookedAt.value;
  return `#/devices/${encodeURIComponent(deviceId)}${search === "" ? "" : `?${search}`}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
