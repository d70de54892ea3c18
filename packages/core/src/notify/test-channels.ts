import * as z from "zod";

import type { Clock } from "../clock.ts";
import type { ChannelStore } from "./channel.ts";
import { describeChannel } from "./channel.ts";
import { ChannelError } from "./channel-error.ts";
import { testNotification } from "./notification.ts";
import type { Send } from "./send.ts";

/** What the command invokes the profiler with. */
const TestEvent = z.object({ test: z.array(z.string()) });
export type TestEvent = z.infer<typeof TestEvent>;

/** What became of a test on one channel. */
export const TestResult = z.object({
  channel: z.string(),
  /** Where it goes; `null` for a channel that cannot be read. */
  goes_to: z.string().nullable(),
  /** Why it was not taken; `null` if it was. */
  problem: z.string().nullable(),
});
export type TestResult = z.infer<typeof TestResult>;

export function isTestEvent(event: unknown): event is TestEvent {
  return TestEvent.safeParse(event).success;
}

/** Sends a test to channels, and says what each one answered. No names: to all of them. */
export async function testChannels(
  { test: names }: TestEvent,
  { channels, send, clock }: { channels: Pick<ChannelStore, "list">; send: Send; clock: Clock },
): Promise<TestResult[]> {
  const found = await channels.list();
  const wanted = names.length === 0 ? found.map(({ name }) => name) : names;
  return Promise.all(
    wanted.map(async (name): Promise<TestResult> => {
      const { channel, problem = "there is no such channel" } = found.find((one) => one.name === name) ?? {};
      if (channel === undefined) return { channel: name, goes_to: null, problem };
      const goes_to = describeChannel(channel);
      try {
        await send(channel, testNotification(channel.language, clock.now()));
        return { channel: name, goes_to, problem: null };
      } catch (error) {
        if (error instanceof ChannelError) return { channel: name, goes_to, problem: error.message };
        throw error;
      }
    }),
  );
}
