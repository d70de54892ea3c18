import { session } from "../app/session.ts";
import { t } from "../i18n/locale.ts";

/** Whose market prices these are, as their licences ask for wherever they are shown. */
export function PriceSources({ sources }: { sources: readonly string[] }) {
  if (sources.length === 0) return null;
  const words = t.value.cost;
  return (
    <p class="hint">
      {session.value?.is_simulated === true ? words.sourcesSimulated : words.sources(sources.join("; "))}
    </p>
  );
}
