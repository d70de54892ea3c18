import { createAlertStore } from "@energylive/core/alert/store";
import { describe, expect } from "vitest";

import { startCollector } from "../e2e/collector.ts";
import { violations } from "./support/axe.ts";
import { englishOn } from "./support/english.ts";
import { isBrowserMissing, screenshot, settled, test } from "./support/page.ts";
import { serve, watchReads } from "./support/world.ts";

const HOUR = 3_600_000;
const RULE = { rule: "power_above", watts: 1_000, minutes: 15 } as const;

/** A household with an alert that lasts, and one that is over. */
async function openWatchedHousehold() {
  const started = new AsyncDisposableStack();
  const collector = started.use(await startCollector({ devices: 1 }));
  const [id = ""] = collector.ids;
  const { dynamodb, names } = collector.stack;
  await collector.put({ device_id: id, name: "Home", alerts: [RULE] });
  await collector.stack.poll({});
  await collector.drained();
  const store = createAlertStore({ dynamodb, table: names.alertsTable });
  const alert = (began: number) => ({
    device_id: id,
    rule: RULE,
    began,
    opened_at: new Date().toISOString(),
    value: 6_120,
    limit: RULE.watts,
  });
  const old = Date.now() - 50 * HOUR;
  await store.add(alert(old));
  await store.close(alert(old), new Date(old + HOUR / 2).toISOString(), 850);
  const lasting = alert(Date.now() - 2 * HOUR);
  await store.add(lasting);
  await store.release(lasting, 'channel "phone": it did not answer');
  const reads = watchReads(collector);
  started.defer(() => reads.quiet());
  const dashboard = await serve(collector);
  started.defer(() => dashboard.close());
  return { url: dashboard.url, id, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

describe.skipIf(isBrowserMissing)("alerts", () => {
  test("stand above the devices and on their cards, and lead to the device with its history", async ({
    open,
  }) => {
    await using home = await openWatchedHousehold();
    const page = await open("/", { url: home.url });
    const card = page.locator("section", { has: page.getByRole("heading", { name: "1 alert" }) });
    await card.getByText("more than 1,000 W drawn for 15 min (6,120 W), 2 h ago").waitFor();
    await card.getByText('Not told: channel "phone": it did not answer').waitFor();
    await page.locator(".device-card .alert-mark").getByText("more than 1,000 W drawn for 15 min").waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshot(page, "alerts-overview-1280-light-en");
    await card.getByRole("link", { name: "Home" }).click();
    await page
      .getByRole("row", { name: /lasts more than 1,000 W drawn for 15 min Not told: .* 6,120 W$/ })
      .waitFor();
    await page.getByRole("row", { name: /after 30 min more than 1,000 W drawn for 15 min 850 W$/ }).waitFor();
    await settled(page);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  test("have rules that are changed on the device's page", async ({ open }) => {
    await using home = await openWatchedHousehold();
    const phone = { viewport: { width: 360, height: 780 }, locale: "de-AT" };
    const page = await open(`/#/devices/${home.id}`, { url: home.url, ...phone });
    await page.getByRole("button", { name: "Regeln …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Regel hinzufügen" }).click();
    await dialog.getByLabel("Regel").nth(1).selectOption("Energie über");
    await dialog.getByRole("spinbutton", { name: "kWh" }).fill("12.5");
    await dialog.getByLabel("Pro").selectOption("pro Woche");
    expect(await englishOn(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await screenshot(page, "rules-360-light-de");
    await dialog.getByRole("button", { name: "Speichern" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page
      .getByText("mehr als 1\u00a0000 W Bezug, 15 min lang; mehr als 12,5 kWh Bezug in einer Woche")
      .waitFor();
    await page.getByRole("button", { name: "Regeln …" }).click();
    for (const rule of ["Bezug über", "Energie über"])
      await dialog.getByRole("button", { name: `Entfernen: ${rule}` }).click();
    await dialog.getByRole("button", { name: "Speichern" }).click();
    await page.getByText("Beobachtet: die allgemeinen Regeln.").waitFor();
    await page.context().close();
  });
});
