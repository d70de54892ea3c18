import * as z from "zod";

import type { PriceApi } from "./api.ts";

const Answer = z.object({
  data: z.array(
    z.object({
      start_timestamp: z.int(),
      end_timestamp: z.int(),
      marketprice: z.number(),
      unit: z.literal("Eur/MWh"),
    }),
  ),
});

/** https://api.awattar.at: hours, since September 2017. */
export const awattar: PriceApi = {
  baseUrl: "https://api.awattar.at",
  attribution: "aWATTar",
  hasPast: true,
  path: (first, last) => `v1/marketdata?start=${first.from}&end=${last.to}`,
  parse: (answer) =>
    Answer.parse(answer).data.map(({ start_timestamp, end_timestamp, marketprice }) => ({
      from: start_timestamp,
      to: end_timestamp,
      eur_per_mwh: marketprice,
    })),
};
