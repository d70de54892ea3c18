import { de } from "@energylive/web/i18n/de";
import { en } from "@energylive/web/i18n/en";
import type { Page } from "playwright-core";

/** A shorter text could be part of a German one. */
const SHORTEST = 6;

/** English that has another text in German, and parts of what stands in English in tables and messages. */
const ENGLISH = [
  ...new Set([
    ...textsOf(en).filter((text) => !textsOf(de).includes(text)),
    "embedded stack",
    "energyLIVE answered",
    "unknown or revoked",
    "is not a field of",
    "this consumer reads",
  ]),
].filter((text) => text.length >= SHORTEST);

function textsOf(words: object): string[] {
  return Object.values(words).flatMap((word) =>
    typeof word === "string" ? [word] : typeof word === "object" && word !== null ? textsOf(word) : [],
  );
}

/** English on the page that is not marked as English: in text, in tooltips and for screen readers. */
export async function englishOn(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() =>
    // Except for what a dead letter carries, which is shown as it is.
    [
      ...document.querySelectorAll('body :not(.message-body, .facts-code *, [lang="en"], [lang="en"] *)'),
    ].flatMap((element) => [
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

/** As whole words: `unknown` is not in `unknown_version`. */
function hasWords(text: string, words: string): boolean {
  return new RegExp(`(?<!\\w)${RegExp.escape(words)}(?!\\w)`).test(text);
}
