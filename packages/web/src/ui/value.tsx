import type { Quantity } from "../format/numbers.ts";

/** A number in tabular figures with a smaller unit. */
export function Value({ quantity }: { quantity: Quantity | undefined }) {
  if (quantity === undefined) return <span class="value value-missing">–</span>;
  return (
    <span class="value">
      {quantity.number}
      {quantity.unit === "" ? null : <span class="unit">{`\u00a0${quantity.unit}`}</span>}
    </span>
  );
}
