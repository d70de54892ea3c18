import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

import { t } from "../i18n/locale.ts";

/** A chart's values as a table, built when it is opened. */
export function AsTable({ table }: { table: () => ComponentChildren }) {
  const isOpen = useSignal(false);
  return (
    <details class="as-table" onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>{t.value.app.asTable}</summary>
      {isOpen.value ? table() : null}
    </details>
  );
}
