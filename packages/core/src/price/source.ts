import type { LocalDay } from "../profile/quarter-hours.ts";
import { serviceUrl } from "../settings/service-url.ts";
import { PRICE_SOURCES, type PriceApi, type PriceSourceName } from "./api.ts";
import { awattar } from "./awattar.ts";
import { energyCharts } from "./energy-charts.ts";
import { getText, type PriceRequest, PriceSourceError } from "./get.ts";
import type { MarketPrice } from "./prices.ts";
import { smartEnergy } from "./smartenergy.ts";

const APIS: Record<PriceSourceName, PriceApi> = {
  "energy-charts": energyCharts,
  awattar,
  smartenergy: smartEnergy,
};

export interface PriceSource {
  /** What is stored beside the prices: the source's name, and the host if it is not the public one. */
  name: string;
  hasPast: boolean;
  /**
   * The prices of consecutive days, as far as the source has them; it may say more.
   *
   * @throws {PriceSourceError} if it cannot be reached, refuses, or answers in another form
   */
  prices(first: LocalDay, last: LocalDay): Promise<MarketPrice[]>;
}

/**
 * @param options.baseUrl another server with the same API
 * @throws {ConfigurationError} for a base URL that is neither HTTPS nor loopback
 */
export function createPriceSource(
  name: PriceSourceName,
  options: PriceRequest & { baseUrl?: string | undefined },
): PriceSource {
  const api = APIS[name];
  const base = serviceUrl(options.baseUrl ?? api.baseUrl, "ENERGYLIVE_PRICE_URL");
  return {
    name: options.baseUrl === undefined ? name : `${name} (${base.hostname})`,
    hasPast: api.hasPast,
    async prices(first, last) {
      const text = await getText(new URL(api.path(first, last), base), options);
      try {
        return api.parse(JSON.parse(text));
      } catch (cause) {
        throw new PriceSourceError(`${base.host} answered in a form that is not known`, { cause });
      }
    },
  };
}

/** Whose prices these are, in words that its licence asks for; a name that is not known stands for itself. */
export function attributionOf(source: string): string {
  return PRICE_SOURCES.includes(source as PriceSourceName)
    ? APIS[source as PriceSourceName].attribution
    : source;
}
