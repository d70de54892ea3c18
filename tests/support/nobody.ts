import type { ProfilerParts } from "@energylive/functions/profiler-handler";

/** For a profiler that has nobody to tell of alerts. */
export const NOBODY: Pick<ProfilerParts, "channels" | "send" | "dashboardUrl"> = {
  channels: { list: async () => [], set: async () => {}, remove: async () => false },
  send: async () => {},
  dashboardUrl: () => undefined,
};
