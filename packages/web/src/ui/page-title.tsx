import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { t } from "../i18n/locale.ts";

/** The page's heading. It is the window's title too and gets the focus when the page opens. */
export function PageTitle({ title, children }: { title: string; children?: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · ${t.value.app.title}`;
  }, [title, t.value]);
  return (
    <h1 class="page-title" tabIndex={-1}>
      {title}
      {children}
    </h1>
  );
}
