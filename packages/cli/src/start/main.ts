/** `npm start`: the collector on one machine, with its dashboard beside it. */
import { type Companion, start } from "./start.ts";

/** Loaded when it is wanted: `--once` and `--help` are there at once. */
const dashboard: Companion = async (running) => {
  const { options } = running;
  if (options.dashboard === false) return { lines: [], close: async () => {} };
  const { serveBesideStack } = await import("./beside-stack.ts");
  return serveBesideStack(running, options.dashboard.port);
};

await start({ companions: [dashboard] });
