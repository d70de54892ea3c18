/** A time as this API says it: ISO 8601 in UTC. @param at epoch milliseconds */
export function iso(at: number): string {
  return new Date(at).toISOString();
}
