import type { Collector } from "@energylive/api/contract";
import { useEffect, useRef } from "preact/hooks";
import { getJson } from "../data/client.ts";
import { useResource } from "../data/resource.ts";
import { language, t } from "../i18n/locale.ts";
import { ComparePage } from "../pages/compare/compare.tsx";
import { DevicePage } from "../pages/device/device.tsx";
import { ManagePage } from "../pages/manage/manage.tsx";
import { OverviewPage } from "../pages/overview/overview.tsx";
import { PipelinePage } from "../pages/pipeline/pipeline.tsx";
import { PricesPage } from "../pages/prices/prices.tsx";
import { EmptyState } from "../ui/states.tsx";
import { Banner } from "./banner.tsx";
import { Header } from "./header.tsx";
import { type Route, route } from "./router.ts";
import { SimulatedBadge } from "./simulated-badge.tsx";

/** How often the page asks whether devices are polled. */
const COLLECTOR_REFRESH_MS = 15_000;

export function App() {
  useNewPage();
  const { data: collector } = useResource<Collector>(
    "collector",
    (signal) => getJson("/api/collector", undefined, signal),
    { refreshMs: COLLECTOR_REFRESH_MS },
  );
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  return (
    <>
      {/* Not a link: `#` belongs to the routes. */}
      <button type="button" class="skip-link" onClick={() => document.getElementById("main")?.focus()}>
        {t.value.app.skip}
      </button>
      <Header collector={collector.value} />
      <Banner collector={collector.value} />
      <main id="main" tabIndex={-1}>
        <SimulatedBadge />
        <Page route={route.value} />
      </main>
    </>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case "overview":
      return <OverviewPage />;
    case "device":
      return <DevicePage key={route.deviceId} deviceId={route.deviceId} />;
    case "compare":
      return <ComparePage />;
    case "prices":
      return <PricesPage />;
    case "manage":
      return <ManagePage />;
    case "pipeline":
      return <PipelinePage />;
    case "unknown":
      return (
        <EmptyState title={t.value.app.notFound}>
          <a href="#/">{t.value.app.backToOverview}</a>
        </EmptyState>
      );
  }
}

/** A new page starts at the top with its heading in focus, as if the browser had loaded it. */
function useNewPage(): void {
  const first = useRef(true);
  const name = JSON.stringify(route.value);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    scrollTo(0, 0);
    document.querySelector<HTMLElement>("main h1")?.focus();
  }, [name]);
}
