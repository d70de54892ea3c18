import type { Collector } from "@energylive/api/contract";
import { connection } from "../data/connection.ts";
import { t } from "../i18n/locale.ts";
import { sessionText } from "../i18n/translate.ts";
import { Icon } from "../ui/icon.tsx";
import { type Route, route } from "./router.ts";
import { session } from "./session.ts";
import { Settings } from "./settings.tsx";

export function Header({ collector }: { collector: Collector | undefined }) {
  return (
    <header class="site-header">
      <div class="site-header-inner">
        <a class="brand" href="#/">
          <Icon name="logo" />
          <span class="brand-name">energyLIVE</span>
        </a>
        <nav aria-label={t.value.app.navigation}>
          <ul class="site-nav">
            <NavLink page="overview" href="#/" />
            <NavLink page="compare" href="#/compare" />
            <NavLink page="prices" href="#/prices" />
            <NavLink page="pipeline" href="#/pipeline" />
            <NavLink page="manage" href="#/manage" />
          </ul>
        </nav>
        <div class="site-tools">
          <ConnectionState isCollecting={collector?.is_running !== false} />
          <Settings />
        </div>
      </div>
      {session.value === undefined ? null : <p class="visually-hidden">{sessionText(session.value)}</p>}
    </header>
  );
}

function NavLink({ page, href }: { page: Exclude<Route["page"], "unknown" | "device">; href: string }) {
  const current = route.value.page;
  const isCurrent = current === page || (current === "device" && page === "overview");
  return (
    <li>
      <a
        href={href}
        aria-current={current === page ? "page" : undefined}
        class={isCurrent ? "current" : undefined}
      >
        {t.value.pages[page]}
      </a>
    </li>
  );
}

function ConnectionState({ isCollecting }: { isCollecting: boolean }) {
  const { value } = connection;
  const words = t.value.connection;
  if (value === "open" && !isCollecting)
    return (
      <span class="connection">
        <span class="connection-dot" aria-hidden="true" />
        <span class="connection-word">{t.value.collector.word}</span>
      </span>
    );
  return (
    <span class={`connection connection-${value}`} title={value === "open" ? words.openDetail : words[value]}>
      <span class="connection-dot" aria-hidden="true" />
      <span class="connection-word">{words[value]}</span>
    </span>
  );
}
