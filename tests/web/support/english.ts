import { catalogueTypes, describeMeasurementType } from "@energylive/core/measurement/obis";
import { adviceFor, KNOWN_REASONS } from "@energylive/core/queue/advice";
import { de } from "@energylive/web/i18n/de";
import { en } from "@energylive/web/i18n/en";
import type { Page } from "playwright-core";

/** A shorter text could be part of a German one. */
const SHORTEST = 6;

/** What the page and the server say in English where German has other words, as far as it is the same every time. */
const ENGLISH = [
  ...new Set([
    ...textsOf(en).filter((text) => !textsOf(de).includes(text)),
    ...catalogueTypes().map((type) => describeMeasurementType(type).meaning),
    ...[...KNOWN_REASONS, "?"].flatMap((reason) => Object.values(adviceFor(reason))),
    "embedded stack",
    "energyLIVE answered",
    "unknown or revoked",
    "is no field of",
    "this consumer reads",
  ]),
].filter((text) => text.length >= SHORTEST);

function textsOf(words: object): string[] {
  return Object.values(words).flatMap((word) =>
    typeof word === "string" ? [word] : typeof word === "object" && word !== null ? textsOf(word) : [],
  );
}

/** What there is of it on the page: to be read, to be pointed at or for a screen reader. */
export async function englishOn(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() =>
    // But for what a dead letter carries, which is shown as it is.
    [...document.querySelectorAll("body :not(.message-body, .facts-code *)")].flatMap((element) => [
      ...[...element.childNodes]
        .filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
        .map((n) => n.textContent),
      ...["title", "aria-label", "placeholder", "alt"].map((name) => element.getAttribute(name)),
    ]),
  );
  return texts.flatMap((text) =>
    text === null
      ? []
      : ENGLISH.filter((english) => hasWords(text, english)).map((found) => `${found}: ${text}`),
  );
}

/** As whole words: `unknown` is none of `unknown_version`. */
function hasWords(text: string, words: string): boolean {
  return new RegExp(`(?<!\\w)${RegExp.escape(words)}(?!\\w)`).test(text);
}
