import { openRunning } from "@energylive/cli/stage/running";
import type { Stage } from "@energylive/cli/stage/stage";
import type { Stack } from "@energylive/local/stack";

/**
 * A stack in this process as a stage, with the stack's own DynamoDB client.
 *
 * @param account the stack's own folder, if it polls an account's devices; without it they are simulated
 */
export function stageOf(stack: Stack, account?: string): Stage {
  const kind = account === undefined ? ("simulated" as const) : ("account" as const);
  const file = { pid: process.pid, kind, ...stack.endpoints };
  const folder = account ?? ".energylive/simulated";
  const stage = openRunning({ folder, file }, { activity: stack.activity });
  return { ...stage, dynamodb: async () => stack.dynamodb };
}
