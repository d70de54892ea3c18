import type { ChildProcess } from "node:child_process";

import { refuseKey } from "../faults/security/planted.ts";

/** What a process wrote, and how it ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Waits for the end of a process. Fails if its output shows a key of the tests (invariant 8). */
export function ended(child: ChildProcess): Promise<Ended> {
  const result: Ended = { code: null, stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    result.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    result.stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      try {
        refuseKey("what a process wrote", [result.stdout, result.stderr]);
        resolve({ ...result, code });
      } catch (leak) {
        reject(leak);
      }
    });
  });
}
