import { computed, effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
export const THEMES: readonly Theme[] = ["system", "light", "dark"];

const STORAGE_KEY = "energylive.theme";

export const theme = signal<Theme>(storedTheme());

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const systemScheme = signal(systemIsDark.matches);
systemIsDark.addEventListener("change", ({ matches }) => {
  systemScheme.value = matches;
});

/** A canvas does not follow the style sheet: it reads its colours again when this changes. */
export const isDark = computed(() =>
  theme.value === "system" ? systemScheme.value : theme.value === "dark",
);

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  localStorage.setItem(STORAGE_KEY, chosen);
}

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

function storedTheme(): Theme {
  const stored = localStorage.getItem(STORAGE_KEY);
  return THEMES.find((known) => known === stored) ?? "system";
}
