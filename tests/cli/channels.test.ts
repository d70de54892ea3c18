import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startServer } from "../support/server.ts";
import { type CliStack, startCliStack } from "./cli.ts";

const SECRET = "https://example.com/hook/3f9a";

let stack: CliStack;
let file: string;

beforeAll(async () => {
  stack = await startCliStack(1);
  file = join(stack.data, "account", "channels.json");
});
afterAll(() => stack[Symbol.asyncDispose]());

const set = (secret: string, ...args: string[]) =>
  stack.runWith({ stdin: `${secret}\n` }, "channels", "set", ...args);

describe("channels", () => {
  it("are none at first, and the list says how to add one", async () => {
    expect((await stack.run("channels", "list")).stdout).toMatch(/nobody is told of alerts\. .*channels set/);
    const { code, stdout } = await stack.run("alerts", "test");
    expect([code, stdout]).toEqual([1, expect.stringMatching(/There are no channels yet/)]);
  });

  it("are set with a secret from standard input, which only the owner can read and nobody is shown", async () => {
    const added = await set(SECRET, "phone", "webhook", "form=ntfy", "quiet_hours=22:00-07:00");
    expect(added.code).toBe(0);
    expect(added.stdout).toMatch(/The channel "phone" is set: ntfy at example\.com\. Try it: .*test phone/);
    await set(
      "s3cret",
      "post",
      "mail",
      "host=127.0.0.1",
      "user=me",
      "from=a@example.com",
      "to=b@example.com,c@example.com",
      "reports=week,year",
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toContain(SECRET);
    const listed = await stack.run("channels", "list");
    expect(listed.stdout).toMatch(/phone +ntfy at example\.com +en +22:00-07:00/);
    expect(listed.stdout).toMatch(/post +mail to b@example\.com, c@example\.com +en +week, year \(all\)/);
    const shown = await stack.json("channels", "list");
    expect(shown).toMatchObject([
      { name: "phone", kind: "webhook", form: "ntfy" },
      { name: "post", kind: "mail", user: "me", port: 465 },
    ]);
    for (const said of [added.stdout, listed.stdout, JSON.stringify(shown)])
      expect(said).not.toMatch(/3f9a|s3cret/);
  });

  it("change some fields and keep the others, with the secret", async () => {
    const changed = await stack.json("channels", "set", "phone", "webhook", "language=de", "quiet_hours=");
    expect(changed).toMatchObject({ form: "ntfy", language: "de" });
    expect(changed).not.toHaveProperty("quiet_hours");
    expect(await readFile(file, "utf8")).toContain(SECRET);
    await set("https://example.com/other", "phone", "webhook", "--new-secret");
    expect(await readFile(file, "utf8")).not.toContain(SECRET);
  });

  it.each([
    [["phone", "pigeon"], 'there is no kind "pigeon"; there are mail, webhook, sns'],
    [["a/b", "sns"], '"a/b" is not a channel\'s name'],
    [["new", "webhook", "form=fax"], "form is none of json, ntfy, gotify, telegram"],
    [["new", "webhook", `url=${SECRET}`], "url is secret: leave it out"],
    [["new", "webhook", "host=x"], "webhook has no field host; it has form, chat_id"],
    [["new", "mail", "host=x"], "from is missing; to is missing"],
    [["new", "webhook"], "url is neither https nor an address in the own network"],
  ])("are refused with what is wrong: %j", async (args, problem) => {
    const { code, stderr } = await set("http://example.com/3f9a", ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
    expect(stderr).not.toContain("3f9a");
  });

  it("are tried by a test, which says what each one answered", async () => {
    const posts: string[] = [];
    await using server = await startServer(async (request, response) => {
      posts.push(await text(request));
      response.writeHead(request.url === "/good" ? 200 : 403).end();
    });
    await stack.run("channels", "remove", "post");
    await set(`${server.url}/good`, "phone", "webhook", "form=json", "--new-secret");
    const good = await stack.run("alerts", "test");
    expect([good.code, good.stdout]).toEqual([
      0,
      expect.stringMatching(/^phone: taken \(webhook at 127\.0\.0\.1/),
    ]);
    expect(posts.map((body) => JSON.parse(body))).toMatchObject([{ event: "test", title: "Ein Test" }]);
    await set(`${server.url}/bad`, "other", "webhook");
    const both = await stack.run("alerts", "test");
    expect(both.code).toBe(1);
    expect(both.stdout).toMatch(/^other: not taken: 127\.0\.0\.1:\d+ answered with status 403\nphone: taken/);
    expect(await stack.json("alerts", "test", "phone")).toMatchObject([{ channel: "phone", problem: null }]);
    expect((await stack.run("alerts", "test", "nobody")).stdout).toContain(
      "nobody: not taken: there is no such channel",
    );
  });

  it("are removed by name", async () => {
    expect((await stack.run("channels", "remove", "other")).code).toBe(0);
    const again = await stack.run("channels", "remove", "other");
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('there is no channel "other"')]);
  });
});

const configOf = async (id: string) => (await stack.json("devices", "show", id)).config;

describe("a device", () => {
  it("is muted for some time, and not any more", async () => {
    const [id = ""] = stack.collector.ids;
    await stack.collector.put({ device_id: id });
    const { muted_until } = await stack.json("alerts", "mute", id, "8h");
    expect(Math.abs(Date.parse(muted_until) - Date.now() - 8 * 3_600_000)).toBeLessThan(60_000);
    expect((await configOf(id)).muted_until).toBe(muted_until);
    expect(await stack.json("alerts", "mute", id, "off")).toEqual({ device_id: id, muted_until: null });
    expect((await configOf(id)).muted_until).toBeUndefined();
    const wrong = await stack.run("alerts", "mute", id, "long");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("the duration takes seconds")]);
  });

  it("names the channels on which it is told of", async () => {
    const [id = ""] = stack.collector.ids;
    expect((await stack.run("devices", "set", id, "channels=phone,post")).code).toBe(0);
    expect((await configOf(id)).channels).toEqual(["phone", "post"]);
    const wrong = await stack.run("devices", "set", id, "channels=a/b");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("is not a channel's name")]);
    const never = await stack.run("devices", "set", id, "muted_until=tomorrow");
    expect([never.code, never.stderr]).toEqual([2, expect.stringContaining("is not a time such as")]);
  });
});
