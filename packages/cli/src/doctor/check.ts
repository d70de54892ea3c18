import { explain } from "../explain.ts";

/** One line of the doctor. A `note` is not a problem: it cannot be checked here, or someone chose it. */
export interface Check {
  name: string;
  status: "ok" | "wrong" | "note";
  detail: string;
  /** What to do. */
  advice?: string;
}

export function ok(name: string, detail: string): Check {
  return { name, status: "ok", detail };
}

export function note(name: string, detail: string): Check {
  return { name, status: "note", detail };
}

export function wrong(name: string, detail: string, advice: string): Check {
  return { name, status: "wrong", detail, advice };
}

/** Runs the checks; an error in them becomes a failed check. */
export async function look(name: string, checks: () => Promise<Check | Check[]>): Promise<Check[]> {
  try {
    return [await checks()].flat();
  } catch (error) {
    const { message, advice = "Fix this, then run the doctor again." } = explain(error);
    return [wrong(name, message, advice)];
  }
}
