import { t } from "../i18n/locale.ts";
import { session } from "./session.ts";

/** Says that nobody lives in these households, and how to see one's own. */
export function SimulatedBadge() {
  const words = t.value.app;
  if (session.value?.is_simulated !== true) return null;
  return (
    <div class="simulated" role="note">
      <strong class="simulated-word">{words.simulated}</strong> {words.ownKey}{" "}
      <a href="#/manage">{words.useOwnKey}</a>
    </div>
  );
}
