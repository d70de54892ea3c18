import { openRunning } from "@energylive/cli/stage/running";
import type { Stage } from "@energylive/cli/stage/stage";
import type { Stack } from "@energylive/local/stack";

/** A stack in this process as a stage, with the stack's own DynamoDB client. */
export function stageOf(stack: Stack): Stage {
  const file = { pid: process.pid, kind: "simulated" as const, ...stack.endpoints };
  const stage = openRunning({ folder: ".energylive/simulated", file }, { activity: stack.activity });
  return { ...stage, dynamodb: async () => stack.dynamodb };
}
