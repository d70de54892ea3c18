import { expect, it } from "vitest";

import { secretFinder } from "./traces.ts";

const SECRET = `a/B+c=&%"<d>'~\\7f3c9a51`;
const find = secretFinder(SECRET);
const base64 = (text: string) => Buffer.from(text).toString("base64");

it.each([
  ["plain", SECRET],
  ["in JSON", JSON.stringify({ key: SECRET })],
  ["in JSON in JSON in JSON", JSON.stringify(JSON.stringify(JSON.stringify({ key: SECRET })))],
  [
    "in escapes of JSON",
    [...SECRET].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  ],
  ["in HTML", "<p>a/B+c=&amp;%&quot;&lt;d&gt;&#39;~\\7f3c9a51"],
  ["in a URL", `?key=${encodeURIComponent(SECRET)}`],
  ["in a form", new URLSearchParams({ key: SECRET }).toString()],
  ["in a URL, every character", [...SECRET].map((c) => `%${c.charCodeAt(0).toString(16)}`).join("")],
  ["in hex", Buffer.from(SECRET).toString("hex").toUpperCase()],
  ["in base64", base64(SECRET)],
  ["in base64, one byte in", base64(`x${SECRET}y`)],
  ["in base64, two bytes in", base64(`xx${SECRET}yy`)],
  ["in base64url", Buffer.from(`k: ${SECRET}!`).toString("base64url")],
  ["backwards", [...SECRET].reverse().join("")],
])("finds a secret %s", (_, text) => expect(find(`before ${text} after`)).toBe(true));

it.each([
  "",
  "a/B+c=",
  SECRET.toUpperCase(),
  base64("another text"),
  JSON.stringify({ key: "[key default]" }),
])("finds nothing in %j", (text) => expect(find(text)).toBe(false));
