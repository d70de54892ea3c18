import { computed, signal } from "@preact/signals";

import { de } from "./de.ts";
import { en, type Messages } from "./en.ts";

export type Language = "de" | "en";

const CATALOGUES: Record<Language, Messages> = { de, en };

/** The languages by their own names, as a person looks for them. */
export const LANGUAGES: Record<Language, string> = { de: "Deutsch", en: "English" };

const STORAGE_KEY = "energylive.language";

/** Where the viewer's browser does not say how numbers are written in the language. */
const DEFAULT_REGION: Record<Language, string> = { de: "de-AT", en: "en-GB" };

export const language = signal<Language>(chosenLanguage());

/** The texts of the language chosen. */
export const t = computed<Messages>(() => CATALOGUES[language.value]);

/** For `Intl`: the browser's own tag of the language, which knows the viewer's country. */
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
