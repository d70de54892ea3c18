import { secretFinder } from "./traces.ts";

/**
 * How every key begins that tests plant: visible ASCII that each encoding writes differently, and that nothing else in a
 * test run can hold by chance.
 */
const PLANTED = "planted/K+y=&%<e>~7f3c9a51";

/** A key that is recognised in whatever a test run writes. */
export function plantedKey(name: string): string {
  return `${PLANTED}-${name}`;
}

/** Whether a text shows a planted key, in any encoding. */
export const showsKey = secretFinder(PLANTED);

/**
 * Invariant 8, for what a process has written or left behind.
 *
 * @throws {Error} that says where the key is, and does not show it
 */
export function refuseKey(where: string, texts: Iterable<string>): void {
  let index = 0;
  for (const text of texts) {
    if (showsKey(text))
      throw new Error(`invariant 8: a key is in ${where} (text ${index}, ${text.length} characters)`);
    index += 1;
  }
}
