/** Licences under which anyone may use, change and pass on what ships, in a product with another licence too. */
const ALLOWED = new Set([
  "MIT",
  "MIT-0",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "0BSD",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "Unlicense",
]);

/** Whether an SPDX expression leaves us a way: `MIT OR GPL-3.0` does, `MIT AND GPL-3.0` does not. */
export function isAllowed(expression: string | undefined): boolean {
  if (expression === undefined) return false;
  return unwrap(expression)
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((licence) => ALLOWED.has(licence)));
}

/** Expressions of one level, which is all that npm's packages have; a deeper one is not understood and so not allowed. */
function unwrap(expression: string): string {
  return /^\(([^()]*)\)$/.exec(expression)?.[1] ?? expression;
}
