import { describe, expect, it } from "vitest";

import { type Channel, describeChannel, parseChannel, withoutSecret } from "./channel.ts";

const MAIL = { kind: "mail", host: "mail.example.com", from: "a@example.com", to: ["b@example.com"] };
const SECRET = "https://example.com/hook/3f9a";

const channel = (settings: object): Channel => {
  const { channel: parsed, problem } = parseChannel("phone", settings);
  if (parsed === undefined) throw new Error(problem);
  return parsed;
};

describe("a channel", () => {
  it("has a default for everything that has a sensible one", () => {
    expect(channel(MAIL)).toMatchObject({
      port: 465,
      language: "en",
      urgent: ["power_above", "peak_above"],
      reports: [],
      reports_of: "all",
    });
    expect(channel({ kind: "webhook", url: SECRET })).toMatchObject({ form: "json" });
  });

  it.each([
    [{ ...MAIL, to: [] }, /^to is empty$/],
    [{ ...MAIL, to: ["me"] }, /^to.0 is not an e-mail address$/],
    [{ ...MAIL, from: "a@example.com\nBcc: c@example.com" }, /^from is not an e-mail address$/],
    [{ kind: "webhook" }, /^url is missing$/],
    [{ kind: "webhook", url: SECRET, form: "telegram" }, /^chat_id is missing: Telegram needs it$/],
    [{ kind: "webhook", url: SECRET, quiet_hours: "late" }, /^quiet_hours is not like 22:00-07:00$/],
    [{ kind: "sns", urgent: ["fire"] }, /^urgent.0 is none of power_above/],
    [{ kind: "sns", reports_of: "label:" }, /^reports_of is none of all, each, label:<name>$/],
  ])("is refused with what is wrong: %j", (settings, problem) => {
    expect(parseChannel("phone", settings).problem).toMatch(problem);
  });

  it.each([
    ["https://example.com/x", true],
    ["http://192.168.1.20:8123/api/webhook/x", true],
    ["http://homeassistant.local:8123/api/webhook/x", true],
    ["http://homeassistant:8123/api/webhook/x", true],
    ["http://[fd00::1]/x", true],
    ["http://127.0.0.1:1/x", true],
    ["http://example.com/x", false],
    ["http://8.8.8.8/x", false],
    ["http://[2001:db8::1]/x", false],
    ["ftp://192.168.1.20/x", false],
    ["nothing", false],
  ])("keeps its secret from strangers: %s", (url, isFine) => {
    expect(parseChannel("phone", { kind: "webhook", url }).channel !== undefined).toBe(isFine);
  });

  it("is described without its secret, and so is what a server says", () => {
    const hook = channel({ kind: "webhook", url: SECRET });
    expect(describeChannel(hook)).toBe("webhook at example.com");
    expect(withoutSecret(hook, `no ${SECRET} here`)).toBe("no [secret] here");
    expect(describeChannel(channel(MAIL))).toBe("mail to b@example.com");
    expect(parseChannel("phone", { kind: "webhook", url: "s3cret" }).problem).not.toContain("s3cret");
  });
});
