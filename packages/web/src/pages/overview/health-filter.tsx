import type { DevicePage, Health } from "@energylive/api/contract";
import { integer } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";

/** Worst first, as the command lists them. */
const ORDER: readonly Health[] = ["invalid", "failing", "stale", "new", "ok", "disabled"];

/** Counts the devices by health; a click filters by one. */
export function HealthFilter(props: {
  counts: DevicePage["counts"] | undefined;
  chosen: string | undefined;
  onChoose: (health: Health | undefined) => void;
}) {
  const { counts, chosen, onChoose } = props;
  const words = t.value.overview;
  const total =
    counts === undefined ? undefined : ORDER.reduce((sum, health) => sum + (counts[health] ?? 0), 0);
  const offered = ORDER.filter((health) => (counts?.[health] ?? 0) > 0 || chosen === health);
  return (
    <fieldset class="filter-chips">
      <legend class="visually-hidden">{words.filter}</legend>
      <Chip
        text={words.all}
        count={total}
        isChosen={chosen === undefined}
        onClick={() => onChoose(undefined)}
      />
      {offered.map((health) => (
        <Chip
          key={health}
          health={health}
          text={t.value.health[health]}
          count={counts?.[health] ?? 0}
          isChosen={chosen === health}
          onClick={() => onChoose(chosen === health ? undefined : health)}
        />
      ))}
    </fieldset>
  );
}

function Chip(props: {
  text: string;
  count: number | undefined;
  isChosen: boolean;
  health?: Health;
  onClick: () => void;
}) {
  const { text, count, isChosen, health, onClick } = props;
  return (
    <button type="button" class={`chip chip-${health ?? "all"}`} aria-pressed={isChosen} onClick={onClick}>
      {text}
      <span class="chip-count">{count === undefined ? "…" : integer(locale.value, count)}</span>
    </button>
  );
}
