import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect } from "vitest";

import { startCollector } from "../e2e/collector.ts";
import { plantedKey } from "../faults/security/planted.ts";
import { violations } from "./support/axe.ts";
import { englishOn } from "./support/english.ts";
import { isBrowserMissing, screenshot, test } from "./support/page.ts";
import { serve, watchReads } from "./support/world.ts";

const KEY = plantedKey("page");
const PHONE = { viewport: { width: 360, height: 780 } };

/** An account with three devices, none of which is collected yet. */
async function openAccount() {
  const started = new AsyncDisposableStack();
  const data = await mkdtemp(join(tmpdir(), "energylive-manage-"));
  started.defer(() => rm(data, { recursive: true, force: true }));
  const folder = join(data, "account");
  const collector = started.use(await startCollector({ devices: 3, folder }));
  collector.api.setKey(KEY, "all");
  const reads = watchReads(collector);
  started.defer(() => reads.quiet());
  const dashboard = await serve(collector, { account: folder });
  started.defer(() => dashboard.close());
  return {
    collector,
    url: dashboard.url,
    keyFile: join(folder, "keys.json"),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

describe.skipIf(isBrowserMissing)("managing", () => {
  test("leads from an empty page to devices that are collected", async ({ open, allowed }) => {
    allowed.push(/409/);
    await using account = await openAccount();
    const page = await open("/", { url: account.url });
    await page.getByRole("link", { name: "Enter your key and find your devices" }).click();
    await page.getByRole("button", { name: "Add a key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Key", { exact: true }).fill("a-key-that-nobody-knows");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("energyLIVE refuses this key").waitFor();
    await dialog.getByLabel("Key", { exact: true }).fill(KEY);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("The key may read 3 devices.").waitFor();
    expect(await page.content()).not.toContain(KEY);
    expect(await readFile(account.keyFile, "utf8")).toContain(KEY);

    await page.getByRole("button", { name: "Find devices" }).click();
    const [first = ""] = account.collector.ids;
    await page.getByRole("checkbox", { name: first }).uncheck();
    await page.getByRole("button", { name: "Add 2 devices" }).click();
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("2 devices were added.").waitFor();
    expect(await page.getByText("is collected already").count()).toBe(2);
    await page.getByRole("row", { name: /^default .* 2 Replace Remove$/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("link", { name: "Overview" }).click();
    // Polled at once, and not at the next run.
    await page
      .getByText(/from the grid|into the grid|Neither/)
      .first()
      .waitFor();
    expect(await page.locator(".device-card").count()).toBe(2);
    await page.context().close();
  });

  test("replaces and removes a key", async ({ open, allowed }) => {
    allowed.push(/409/);
    await using account = await openAccount();
    const page = await open("/#/manage", { url: account.url, locale: "de-AT", ...PHONE });
    await page.getByRole("button", { name: "Schlüssel hinzufügen" }).click();
    const dialog = page.getByRole("dialog");
    expect(await englishOn(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await screenshot(page, "manage-add-key-360-light-de");
    await dialog.getByLabel("Schlüssel", { exact: true }).fill(KEY);
    await dialog.getByRole("button", { name: "Speichern" }).click();
    await page.getByText("Der Schlüssel gilt für 3 Geräte.").waitFor();
    await page.getByRole("button", { name: "Ersetzen" }).click();
    await dialog.getByLabel("Schlüssel", { exact: true }).fill(KEY);
    await dialog.getByRole("button", { name: "Speichern" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Geräte finden" }).click();
    await page.getByRole("button", { name: "3 Geräte hinzufügen" }).waitFor();
    expect(await englishOn(page)).toEqual([]);
    await screenshot(page, "manage-360-light-de");
    await page.getByRole("button", { name: "Entfernen" }).click();
    await dialog.getByRole("button", { name: "Entfernen" }).click();
    await page.getByText("Der Schlüssel „default“ ist entfernt.").waitFor();
    await page.getByText("Noch keine Schlüssel").waitFor();
    await page.context().close();
  });

  test("renames, labels, pauses, resumes and removes a device", async ({ open }) => {
    await using account = await openAccount();
    const { ids, put, stack } = account.collector;
    const [id = ""] = ids;
    await put({ device_id: id });
    const page = await open(`/#/devices/${id}`, { url: account.url });
    const dialog = page.getByRole("dialog");
    await page.getByRole("button", { name: "Edit" }).click();
    await dialog.getByLabel("Name").fill("Haus");
    await dialog.getByRole("button", { name: "Add a label" }).click();
    await dialog.getByLabel("Label", { exact: true }).fill("site");
    await dialog.getByLabel("Text").fill("Graz");
    expect(await violations(page)).toEqual([]);
    await screenshot(page, "edit-device-1280-light-en");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Haus", level: 1 }).waitFor();
    await page.getByText("site: Graz").waitFor();

    await page.getByRole("button", { name: "Pause" }).click();
    await dialog.getByText("what it sends meanwhile is lost").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect((await stack.devices.find(id))?.device?.enabled).toBe(true);
    await page.getByRole("button", { name: "Pause" }).click();
    await dialog.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Disabled").first().waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await dialog.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();

    await page.getByRole("button", { name: "Remove" }).click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByText("No devices yet").waitFor();
    expect(await stack.devices.find(id)).toBeUndefined();
    await page.context().close();
  });

  test("offers one's own key where households are simulated", async ({ open, looked }) => {
    const page = await open("/", { url: looked.empty.url });
    await page.getByRole("link", { name: "Use your key" }).click();
    await page.getByText("These are simulated households.").waitFor();
    expect(await page.getByLabel("Key", { exact: true }).getAttribute("type")).toBe("password");
    expect(await page.getByRole("button", { name: "Find devices" }).count()).toBe(0);
  });
});
