import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readNetwork } from "@energylive/cli/dashboard/network";
import { describe, expect } from "vitest";

import { startCollector } from "../e2e/collector.ts";
import { violations } from "./support/axe.ts";
import { isBrowserMissing, screenshot, test } from "./support/page.ts";
import { serve } from "./support/world.ts";

const PASSWORD = "sonnenblumenfeld";
const PHONE = { width: 360, height: 780 };

describe.skipIf(isBrowserMissing)("on a phone of the home network", () => {
  test("asks for the password, says when it is wrong, and opens the page", async ({ open, allowed }) => {
    allowed.push(/401/);
    await using started = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), "energylive-phone-"));
    started.defer(() => rm(folder, { recursive: true, force: true }));
    const passwordFile = join(folder, "password.txt");
    await writeFile(passwordFile, PASSWORD);
    const collector = started.use(await startCollector());
    const network = await readNetwork({ host: "127.0.0.1", passwordFile }, folder);
    const dashboard = await serve(collector, { network });
    started.defer(() => dashboard.close());

    const page = await open("/", {
      url: dashboard.url,
      viewport: PHONE,
      locale: "de-AT",
      ignoreHTTPSErrors: true,
    });
    const password = page.getByLabel("Passwort");
    await password.fill("mondschein");
    await page.getByRole("button", { name: "Anmelden" }).click();
    await page.getByRole("alert").getByText("Das Passwort stimmt nicht.").waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshot(page, "sign-in-360-light-de");
    await password.fill(PASSWORD);
    await password.press("Enter");
    await page.getByRole("heading", { name: "Übersicht" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/");
    await page.context().close();
  });

  test("can be installed", async ({ open }) => {
    const page = await open("/");
    await page.locator("main h1").waitFor();
    const browser = await page.context().newCDPSession(page);
    const { installabilityErrors } = await browser.send("Page.getInstallabilityErrors");
    // A page of a test is in a window of its own kind, which keeps nothing.
    expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(["in-incognito"]);
    const { errors, data } = await browser.send("Page.getAppManifest");
    expect(errors).toEqual([]);
    const icons: { src: string; sizes: string }[] = JSON.parse(data ?? "").icons;
    const links = await page
      .locator("link[rel*=icon]")
      .evaluateAll((all) => all.map((link) => ({ src: link.getAttribute("href") ?? "", sizes: "" })));
    for (const { src, sizes } of [...icons, ...links]) {
      const size = await page.evaluate(async (address) => {
        const image = new Image();
        image.src = address;
        await image.decode();
        return `${image.naturalWidth}x${image.naturalHeight}`;
      }, src);
      expect([src, size]).toEqual([src, sizes === "" ? size : sizes]);
    }
  });
});
