import { integer } from "../../format/numbers.ts";
import { locale } from "../../i18n/locale.ts";

/** `1 device`, `1,204 devices`. */
export function countOf(words: { one: string; many: (n: string) => string }, count: number): string {
  return count === 1 ? words.one : words.many(integer(locale.value, count));
}
