import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { awsConfig } from "@energylive/local/services/loopback";
import { describe, expect } from "vitest";

import { downloaded, isBrowserMissing, settled, test, textOf } from "./support/page.ts";
import { HOSTILE_BODY } from "./support/world.ts";

const reasonAttribute = (reason: string) => ({
  failure_reason: { DataType: "String", StringValue: reason },
});

describe.skipIf(isBrowserMissing)("the pipeline", () => {
  test("shows queue, throughput, lag, runs, and which devices need attention", async ({ open, looked }) => {
    const page = await open("/#/pipeline");
    await settled(page);
    const text = await textOf(page.locator("main"));
    expect(text).toMatch(/Queue\s+\d+ waiting/);
    expect(text).toMatch(/Ingest lag\s+[\d.]+ \w+\s+median/);
    expect(text).toMatch(/1 of 1\s+\d+ \w+ ago\s+[\d.]+ s\s+48/);
    expect(text).toMatch(/Household 5[\s\S]*\d failed polls? in a row[\s\S]*energyLIVE answered 403/);
    await page.getByRole("link", { name: "I-20000000-00000001" }).click();
    await page.waitForURL(new RegExp(looked.full.residents.invalid));
  });

  test("shows a dead letter, whose text stays text", async ({ open }) => {
    const page = await open("/#/pipeline");
    const group = page.getByRole("article", { name: "invalid_message" });
    await group.getByText("The newest 2").click();
    await group.getByRole("button", { name: "Look into it" }).first().click();
    const dialog = page.getByRole("dialog", { name: "A dead letter" });
    const body = await dialog.locator("pre").innerText();
    expect(JSON.parse(body)).toEqual(JSON.parse(HOSTILE_BODY));
    expect(await dialog.locator("script").count()).toBe(0);
    expect(await dialog.getByText("failure_reason").count()).toBe(1);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  test("redrives a reason only after asking, and says how many", async ({ open }) => {
    const page = await open("/#/pipeline");
    const posts: (string | null)[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST") posts.push(request.postData());
    });
    const group = page.getByRole("article", { name: "invalid_message" });
    const redrive = group.getByRole("button", { name: "Redrive 2 messages" });
    await redrive.click();
    const dialog = page.getByRole("dialog", { name: "Redrive?" });
    await dialog.getByText("2 messages with the reason “invalid_message”").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(posts).toEqual([]);
    expect(await redrive.evaluate((button) => button === document.activeElement)).toBe(true);
    await redrive.click();
    await dialog.getByRole("button", { name: "Yes, redrive 2 messages" }).click();
    await page.getByText("2 messages went back to the queue.").waitFor();
    expect(posts.map((body) => JSON.parse(body ?? ""))).toEqual([
      { reason: "invalid_message", message_id: null, confirm: 2 },
    ]);
    // They still cannot be stored: the consumer sends them back, and the page tells.
    await page.getByRole("button", { name: "Redrive 2 messages" }).waitFor();
    await page.getByText("2 messages could not be stored again.").waitFor();
  });

  test("deletes a reason for good only after asking, with a way to save it first", async ({
    open,
    looked,
  }) => {
    const sqs = new SQSClient(awsConfig(looked.full.sqs));
    const letter = { MessageBody: "of no use", MessageAttributes: reasonAttribute("rejected_by_dynamodb") };
    for (let count = 0; count < 2; count += 1)
      await sqs.send(new SendMessageCommand({ QueueUrl: looked.full.dlqUrl, ...letter }));
    sqs.destroy();
    const page = await open("/#/pipeline");
    const group = page.getByRole("article", { name: "rejected_by_dynamodb" });
    await group.getByRole("button", { name: "Delete 2 messages" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete for good?" });
    const file = await downloaded(page, dialog.getByRole("link", { name: "Save them to a file first" }));
    const saved = file
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(saved.map(({ body, reason }) => [body, reason])).toEqual(
      Array(2).fill(["of no use", "rejected_by_dynamodb"]),
    );
    await dialog.getByRole("button", { name: "Yes, delete 2 messages" }).click();
    await page.getByText("2 messages deleted.").waitFor();
    // What an earlier redrive came to is not said of these.
    expect(await textOf(page.locator(".outcome"))).toBe("2 messages deleted.");
    await group.waitFor({ state: "detached" });
  });

  test("moves nothing when the number of messages has changed by then, and says so", async ({
    open,
    allowed,
  }) => {
    allowed.push(/409/);
    const page = await open("/#/pipeline");
    await page.route("**/api/dlq/redrive", (route) => {
      const agreed = JSON.parse(route.request().postData() ?? "{}");
      return route.continue({ postData: JSON.stringify({ ...agreed, confirm: 7 }) });
    });
    await page.getByRole("button", { name: "Redrive 2 messages" }).click();
    await page.getByRole("button", { name: "Yes, redrive 2 messages" }).click();
    const dialog = page.getByRole("dialog", { name: "Redrive?" });
    await dialog.getByText("2 messages match now, not 7").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Redrive 2 messages" }).waitFor();
  });

  test("redrives one message from its details", async ({ open }) => {
    const page = await open("/#/pipeline");
    const group = page.getByRole("article", { name: "invalid_json" });
    await group.getByText("The newest 1").click();
    await group.getByRole("button", { name: "Look into it" }).click();
    await page.getByRole("button", { name: "Redrive this message …" }).click();
    await page.getByRole("button", { name: "Yes, redrive 1 message" }).click();
    await page.getByText("1 message went back to the queue.").waitFor();
  });

  test("says that there is nothing to do", async ({ open, looked }) => {
    const page = await open("/#/pipeline", { url: looked.empty.url });
    await page.getByText("All devices are fine").waitFor();
    await page.getByText("The dead-letter queue is empty").waitFor();
    await page.getByText("No run yet").waitFor();
  });
});
