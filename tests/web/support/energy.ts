import { expect } from "vitest";

/** An energy as the page shows it, for example `4.20 kWh`: in kWh, with what rounding may have taken or added. */
export function shownEnergy(text = ""): { kwh: number; rounding: number } {
  const number = text.replace("−", "-").replace(/[^\d.-]/g, "");
  const decimals = number.split(".")[1]?.length ?? 0;
  return { kwh: Number(number), rounding: 0.5 * 10 ** -decimals };
}

/** Claims that two energies are equal but for rounding. */
export function expectEqualEnergy(one: number, other: number, rounding: number): void {
  expect(Math.abs(one - other), `${one} kWh and ${other} kWh`).toBeLessThanOrEqual(rounding + 1e-9);
}
