/** The colour of what is drawn or fed in. Decorative: its name stands beside it. */
export function DirectionMark({ direction }: { direction: "import" | "export" }) {
  return <span class={`mark mark-${direction === "import" ? "drawn" : "fed-in"}`} aria-hidden="true" />;
}
