import { t } from "../../i18n/locale.ts";
import { PageTitle } from "../../ui/page-title.tsx";
import { MarketPrices } from "./market-prices.tsx";
import { TariffComparisonCard } from "./tariff-comparison.tsx";

/** What power costs on the market, and what each tariff makes of it. */
export function PricesPage() {
  return (
    <div class="page">
      <PageTitle title={t.value.pages.prices} />
      <MarketPrices />
      <TariffComparisonCard />
    </div>
  );
}
