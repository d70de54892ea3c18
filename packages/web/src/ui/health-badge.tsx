import type { Health } from "@energylive/api/contract";
import { t } from "../i18n/locale.ts";
import { Icon, type IconName } from "./icon.tsx";

const ICONS: Record<Health, IconName> = {
  ok: "ok",
  new: "new",
  stale: "stale",
  failing: "warning",
  disabled: "disabled",
  invalid: "invalid",
};

/** A word, a shape and a colour; each is enough to tell the health. */
export function HealthBadge({ health }: { health: Health }) {
  return (
    <span class={`badge badge-${health}`} title={t.value.healthMeaning[health]}>
      <Icon name={ICONS[health]} />
      {t.value.health[health]}
    </span>
  );
}
