import { ChannelSettings } from "@energylive/core/notify/channel";
import { emptyProfile } from "@energylive/core/profile/profile";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import { folderChannels } from "@energylive/local/secret-files";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";

import { type MailServer, startMailServer } from "../support/mail-server.ts";
import { type Collector, startCollector } from "./collector.ts";
import { ZONE } from "./watched.ts";

/** A Sunday morning after a month, and the Monday after it. */
const SUNDAY = "2026-11-01T06:00:00Z";
const MONDAY = "2026-11-02T06:00:00Z";

interface Sending extends AsyncDisposable {
  collector: Collector;
  mail: MailServer;
  channel(name: string, settings: object): Promise<void>;
  /** The same energy in each quarter-hour of a day. */
  profile(id: string, day: string, wh: number): Promise<void>;
  subjects(): Promise<string[]>;
}

async function startSending(devices: number): Promise<Sending> {
  await using started = new AsyncDisposableStack();
  const collector = started.use(await startCollector({ devices }));
  const mail = started.use(await startMailServer());
  const channels = folderChannels(collector.folder);
  const { dynamodb, names } = collector.stack;
  const profiles = createProfileStore({ dynamodb, table: names.profilesTable });
  const owned = started.move();
  return {
    collector,
    mail,
    channel: (name, settings) =>
      channels.set(
        name,
        ChannelSettings.parse({
          kind: "mail",
          host: mail.host,
          port: mail.port,
          from: "meter@example.com",
          to: [`${name}@example.com`],
          ...settings,
        }),
      ),
    async profile(id, day, wh) {
      const empty = emptyProfile(id, namedDay(ZONE, day), ZONE);
      await profiles.write({
        ...empty,
        import_wh: empty.import_wh.map(() => wh),
        quality: "m".repeat(empty.quality.length),
      });
    },
    subjects: async () =>
      (await Promise.all(mail.mails.map(({ raw }) => PostalMime.parse(raw))))
        .map(({ subject, to }) => `${to?.[0]?.address}: ${subject}`)
        .sort(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

describe("reports by schedule", () => {
  it("send each report once to each channel that wants it, when its time is over", async () => {
    await using sending = await startSending(1);
    const { collector, mail } = sending;
    const [id = ""] = collector.ids;
    await collector.put({ device_id: id, name: "Home" });
    await sending.profile(id, "2026-10-30", 250);
    await sending.channel("monthly", { reports: ["month", "year"], language: "de" });
    await sending.channel("weekly", { reports: ["week"] });
    await sending.channel("alerts", {});
    const { stack } = collector;
    // Five hours of Sunday are not over in Vienna.
    expect(await stack.sendReports({ at: "2026-11-01T03:00:00Z" })).toEqual({ sent: 0, known: 0, empty: 0 });
    expect(await stack.sendReports({ at: SUNDAY })).toEqual({ sent: 1, known: 0, empty: 0 });
    expect(await stack.sendReports({ at: SUNDAY })).toEqual({ sent: 0, known: 1, empty: 0 });
    expect(await stack.sendReports({ at: MONDAY })).toEqual({ sent: 1, known: 1, empty: 0 });
    await Promise.all([stack.sendReports({ at: MONDAY }), stack.sendReports({ at: MONDAY })]);
    expect(await sending.subjects()).toEqual([
      "monthly@example.com: Home, Monat Oktober 2026",
      "weekly@example.com: Home, Week of 26 October 2026",
    ]);
    const [first] = mail.mails;
    const { text, html } = await PostalMime.parse(first?.raw ?? "");
    // 96 quarter-hours of 250 Wh.
    expect(text).toContain("| Bezug | 24,00\u00a0kWh |");
    expect(html).toContain("24,00\u00a0kWh");
    expect(html).toContain("<svg");
  });

  it("are of all devices together, of each, or of those with the same label", async () => {
    await using sending = await startSending(3);
    const { collector } = sending;
    const [a = "", b = "", c = ""] = collector.ids;
    await collector.put({ device_id: a, name: "A", labels: { site: "Graz" } });
    await collector.put({ device_id: b, name: "B", labels: { site: "Graz" } });
    await collector.put({ device_id: c, name: "C", labels: { floor: "1" } });
    for (const id of [a, b, c]) await sending.profile(id, "2026-10-30", 100);
    await sending.channel("all", { reports: ["month"] });
    await sending.channel("each", { reports: ["month"], reports_of: "each" });
    await sending.channel("site", { reports: ["month"], reports_of: "label:site" });
    expect(await collector.stack.sendReports({ at: SUNDAY })).toMatchObject({ sent: 5 });
    expect(await sending.subjects()).toEqual([
      "all@example.com: 3 devices, Month October 2026",
      "each@example.com: A, Month October 2026",
      "each@example.com: B, Month October 2026",
      "each@example.com: C, Month October 2026",
      "site@example.com: site: Graz, Month October 2026",
    ]);
  });

  it("fail when a channel does not take one, send the others, and send that one when it is back", async () => {
    await using sending = await startSending(1);
    const { collector, mail } = sending;
    const [id = ""] = collector.ids;
    await collector.put({ device_id: id, name: "Home" });
    await sending.profile(id, "2026-10-30", 250);
    await sending.channel("broken", { reports: ["month"], user: "me", password: "wrong-one" });
    await sending.channel("good", { reports: ["month"] });
    const failed = collector.stack.sendReports({ at: SUNDAY });
    await expect(failed).rejects.toThrow(
      /^reports were not sent: channel "broken": 127\.0\.0\.1 did not take/,
    );
    await expect(failed).rejects.not.toThrow(/wrong-one/);
    expect(await sending.subjects()).toEqual(["good@example.com: Home, Month October 2026"]);
    await sending.channel("broken", { reports: ["month"], user: "me", password: "s3cret" });
    expect(await collector.stack.sendReports({ at: SUNDAY })).toEqual({ sent: 1, known: 1, empty: 0 });
    expect(mail.mails).toHaveLength(2);
  });

  it("are not sent of a time in which nothing was measured, nor of paused devices", async () => {
    await using sending = await startSending(2);
    const { collector } = sending;
    const [a = "", b = ""] = collector.ids;
    await collector.put({ device_id: a, enabled: false });
    await collector.put({ device_id: b });
    await sending.profile(a, "2026-10-30", 250);
    await sending.channel("monthly", { reports: ["month"] });
    expect(await collector.stack.sendReports({ at: SUNDAY })).toEqual({ sent: 0, known: 0, empty: 1 });
    // Imported later, in time.
    await sending.profile(b, "2026-10-30", 250);
    expect(await collector.stack.sendReports({ at: SUNDAY })).toEqual({ sent: 1, known: 0, empty: 0 });
  });
});
