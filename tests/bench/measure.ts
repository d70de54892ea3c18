import { execFileSync } from "node:child_process";

/** What a process of its own measured. */
export interface Measured {
  cpuMs: number;
  wallMs: number;
}

/** Runs a script of this folder as a process of its own; it prints one JSON object. */
export function measure<Result>(script: string, flags: Record<string, string | number>): Result {
  const file = new URL(script, import.meta.url).pathname;
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return JSON.parse(execFileSync(process.execPath, [file, ...args], { encoding: "utf8" }));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

/** The median over `rounds` of what each candidate measured; the rounds are interleaved, for the machine is shared. */
export function interleaved<Name extends string>(
  names: readonly Name[],
  rounds: number,
  run: (name: Name) => number,
): Record<Name, number> {
  const values = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) for (const name of names) values.get(name)?.push(run(name));
  return Object.fromEntries(names.map((name) => [name, median(values.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}
