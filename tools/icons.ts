/** Draws the icons of the installable page from `icon.svg`: telephones take no SVG. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { FLAGS, findChromium, HOW_TO_GET_IT } from "../tests/web/support/chromium.ts";

const SOURCES = fileURLToPath(new URL("../packages/web/src", import.meta.url));
const GROUND = "#0b5c8f";

/** Systems cut a corner or a circle out of an icon that fills its square: what matters is within 80 % of it. */
const ICONS = [
  { name: "icon-192.png", pixels: 192, share: 1, ground: "transparent" },
  { name: "icon-512.png", pixels: 512, share: 1, ground: "transparent" },
  { name: "icon-maskable.png", pixels: 512, share: 0.8, ground: GROUND },
  { name: "icon-apple.png", pixels: 180, share: 0.9, ground: GROUND },
];

const executablePath = await findChromium();
if (executablePath === undefined) throw new Error(HOW_TO_GET_IT);
const browser = await chromium.launch({ executablePath, args: FLAGS });
try {
  const svg = await readFile(join(SOURCES, "icon.svg"), "base64");
  for (const { name, pixels, share, ground } of ICONS) {
    const page = await browser.newPage({ viewport: { width: pixels, height: pixels } });
    await page.setContent(
      `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${ground}">
      <img style="width:${share * 100}%" src="data:image/svg+xml;base64,${svg}">`,
    );
    await page.screenshot({ path: join(SOURCES, "public", name), omitBackground: true });
    await page.close();
  }
} finally {
  await browser.close();
}
