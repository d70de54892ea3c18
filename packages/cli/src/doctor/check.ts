import { explain } from "@energylive/core/explain";

/** One line of the doctor's. A note is nothing that is wrong: something that cannot be looked at, or is as chosen. */
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

/** What a look answers; when it fails, that is what is wrong. */
export async function look(name: string, checks: () => Promise<Check | Check[]>): Promise<Check[]> {
  try {
    return [await checks()].flat();
  } catch (error) {
    const { message, advice = "mend this, then run the doctor again" } = explain(error);
    return [wrong(name, message, advice)];
  }
}
