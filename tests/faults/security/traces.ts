/**
 * Finds a secret in a text, whatever it was encoded with on its way there: plain, JSON in JSON to any depth, HTML,
 * URL-encoded, hex, base64 and base64url at any offset of a longer text, backwards.
 */
export function secretFinder(secret: string): (text: string) => boolean {
  const traces = tracesOf(secret);
  const withoutEscapes = secret.replaceAll("\\", "");
  return (text) => {
    const lower = text.toLowerCase();
    return (
      traces.some(({ trace, ignoresCase }) => (ignoresCase ? lower : text).includes(trace)) ||
      (text.includes("\\") && text.replaceAll("\\", "").includes(withoutEscapes))
    );
  };
}

interface Trace {
  trace: string;
  ignoresCase: boolean;
}

function tracesOf(secret: string): Trace[] {
  const bytes = Buffer.from(secret);
  const encoded = (trace: string): Trace => ({ trace, ignoresCase: false });
  const caseless = (trace: string): Trace => ({ trace: trace.toLowerCase(), ignoresCase: true });
  const base64 = [0, 1, 2].map((offset) => atOffset(bytes, offset));
  return [
    encoded(secret),
    encoded(JSON.stringify(secret).slice(1, -1)),
    encoded(html(secret)),
    encoded(html(secret).replaceAll("&quot;", "&#34;").replaceAll("&#39;", "'")),
    caseless([...secret].map((character) => `\\u${hex(character, 4)}`).join("")),
    caseless(encodeURIComponent(secret)),
    caseless(encodeURI(secret)),
    caseless(new URLSearchParams({ "": secret }).toString().slice(1)),
    caseless([...secret].map((character) => `%${hex(character, 2)}`).join("")),
    caseless(bytes.toString("hex")),
    ...base64.map(encoded),
    ...base64.map((text) => encoded(text.replaceAll("+", "-").replaceAll("/", "_"))),
    encoded([...secret].reverse().join("")),
  ];
}

/** The base64 of the bytes when they begin `offset` bytes after a multiple of three, without what its neighbours change. */
function atOffset(bytes: Buffer, offset: number): string {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const first = [0, 2, 3][offset] ?? 0;
  const isWhole = (offset + bytes.length) % 3 === 0;
  return padded.slice(first, isWhole ? undefined : -1);
}

function html(text: string): string {
  const names: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, "0");
}
