/** Inline, so nothing is fetched. All are outlines on a grid of 20. */
const PATHS = {
  logo: "M11.5 2 4 11.5h5L7.5 18 16 8h-5.5z",
  settings:
    "M3 6h6.5M14.5 6H17M3 14h2.5M10.5 14H17M12 3.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8 11.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  warning: "M10 3 2 17h16zM10 8v4.5M10 14.6v.4",
  ok: "m4 10.5 4 4 8-9",
  new: "M10 4v12M4 10h12",
  stale: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4.2l2.8 1.8",
  disabled: "M7 5v10M13 5v10",
  invalid: "m5 5 10 10M15 5 5 15",
  drawn: "M10 3v13M4.5 10.5 10 16l5.5-5.5",
  fedIn: "M10 17V4M4.5 9.5 10 4l5.5 5.5",
  idle: "M4 10h12",
  earlier: "m12.5 4-6 6 6 6",
  later: "m7.5 4 6 6-6 6",
  zoomIn: "M8.5 3a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM12.6 12.6 17 17M8.5 6v5M6 8.5h5",
  zoomOut: "M8.5 3a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM12.6 12.6 17 17M6 8.5h5",
  download: "M10 3v9.5M5.5 8.5 10 13l4.5-4.5M3.5 16.5h13",
  close: "m5 5 10 10M15 5 5 15",
  search: "M8.5 3a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM12.6 12.6 17 17",
  empty: "M3 6h14v10H3zM3 6l2-3h10l2 3M8 10h4",
} as const;

export type IconName = keyof typeof PATHS;

/** Decorative: hidden from screen readers, because a text beside it says the same. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      class={name === "logo" ? "icon icon-filled" : "icon"}
      viewBox="0 0 20 20"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
