/**
 * Money as whole numbers, so that no sum depends on its order and parts add up to the whole. An amount is counted in
 * units of 10⁻²² EUR: a thousandth of a Wh at a rate with ten digits behind the ct, times a VAT with two digits behind the percent.
 */

export type Amount = bigint;

/** A rate in units of 10⁻¹⁵ EUR per Wh: 10⁻¹⁰ ct per kWh. */
export type Rate = bigint;

const UNITS_PER_CENT = 10n ** 20n;
/** Net amounts are multiples of this, so the tax on them is a whole number too: a percent with two digits behind the point. */
export const VAT_UNITS = 10_000n;

const MILLI = 1_000;
const CT_DIGITS = 1e10;
const EUR_DIGITS = 1e6;

/** Digits of a market price in EUR/MWh, and of a factor. */
const MARKET_DIGITS = 1e5;
const FACTOR_DIGITS = 1e4;

export function rateOfCt(ct: number): Rate {
  return BigInt(Math.round(ct * CT_DIGITS));
}

/** Market price × factor + markup. */
export function spotRate(
  eurPerMwh: number,
  { factor, markup_ct }: { factor: number; markup_ct: number },
): Rate {
  // 10⁻⁵ EUR/MWh × 10⁻⁴ is 10⁻¹⁵ EUR/Wh.
  const market = BigInt(Math.round(eurPerMwh * MARKET_DIGITS)) * BigInt(Math.round(factor * FACTOR_DIGITS));
  return market + rateOfCt(markup_ct);
}

export function costOf(wh: number, rate: Rate): Amount {
  return BigInt(Math.round(wh * MILLI)) * rate * VAT_UNITS;
}

export function amountOfEur(eur: number): Amount {
  return BigInt(Math.round(eur * EUR_DIGITS)) * 10n ** 16n;
}

/** @param kw with six digits at most */
export function peakCost(watts: number, eurPerKw: number): Amount {
  return BigInt(Math.round(watts * MILLI)) * BigInt(Math.round(eurPerKw * EUR_DIGITS)) * 10n ** 10n;
}

/** The tax on a net amount. Exact: every amount is a multiple of what VAT is counted in. */
export function vatOf(net: Amount, percent: number): Amount {
  return (net / VAT_UNITS) * BigInt(Math.round(percent * 100));
}

/** In EUR, rounded half away from zero. @param digits behind the point */
export function euros(amount: Amount, digits = 2): number {
  const unit = (UNITS_PER_CENT * 100n) / 10n ** BigInt(digits);
  const half = unit / 2n;
  const rounded = amount < 0n ? -((-amount + half) / unit) : (amount + half) / unit;
  return Number(rounded) / 10 ** digits;
}
