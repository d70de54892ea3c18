import { computed, signal } from "@preact/signals";

import { de } from "./de.ts";
import { en, type Messages } from "./en.ts";

export type Language = "de" | "en";

const CATALOGUES: Record<Language, Messages> = { de, en };

/** Each language by its own name. */
export const LANGUAGES: Record<Language, string> = { de: "Deutsch", en: "English" };

const STORAGE_KEY = "energylive.language";

/** For browsers that name no country for the language. */
const DEFAULT_REGION: Record<Language, string> = { de: "de-AT", en: "en-GB" };

export const language = signal<Language>(chosenLanguage());

/** The texts in the chosen language. */
export const t = computed<Messages>(() => CATALOGUES[language.value]);

/** For `Intl`: the browser's tag of the language, which includes the country. */
export const locale = computed(() => {
  const { value } = language;
  return navigator.languages.find((tag) => tag.startsWith(`${value}-`)) ?? DEFAULT_REGION[value];
});

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(STORAGE_KEY, chosen);
}

function chosenLanguage(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === "de" || stored === "en") return stored;
  const known = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === "de" || tag === "en");
  return known === "de" ? "de" : "en";
}
