import * as z from "zod";

import type { PriceApi } from "./api.ts";

const Answer = z.object({
  tariff: z.literal("EPEXSPOTAT"),
  unit: z.literal("ct/kWh"),
  interval: z.int().positive(),
  data: z.array(z.object({ date: z.iso.datetime({ offset: true }), value: z.number() })),
});

/** Its prices include 20 % VAT. */
const VAT = 1.2;

/** The exchange trades to the cent per MWh; the three digits of a gross ct/kWh give it back. */
const DIGITS = 100;

/** https://apis.smartenergy.at: today and tomorrow only. */
export const smartEnergy: PriceApi = {
  baseUrl: "https://apis.smartenergy.at",
  attribution: "smartENERGY",
  hasPast: false,
  path: () => "market/v1/price",
  parse(answer) {
    const { interval, data } = Answer.parse(answer);
    return data.map(({ date, value }) => {
      const from = Date.parse(date);
      return {
        from,
        to: from + interval * 60_000,
        eur_per_mwh: Math.round(((value * 10) / VAT) * DIGITS) / DIGITS,
      };
    });
  },
};
