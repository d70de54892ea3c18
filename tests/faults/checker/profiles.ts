import type { Evidence, StoredItem, StoredProfile } from "./evidence.ts";

/** What the load profiles say, held against the registers that are stored. */
export interface ProfileAccount {
  /** Quarter-hours of a register that are in a profile or should be. */
  checked: number;
  different: string[];
}

const QUARTER_HOUR_MS = 900_000;
/** What lies between readings further apart is unknown. */
const LONGEST_GAP_MS = 366 * 86_400_000;
const ZONE = "Europe/Vienna";

const REGISTERS = [
  ["0100010800", "import_wh"],
  ["0100020800", "export_wh"],
] as const;

/** Each quarter-hour must be what the register grew by in it: computed here in another way than by the code under test. */
export function accountOfProfiles({
  stored,
  profiles,
}: Pick<Evidence, "stored" | "profiles">): ProfileAccount {
  const account: ProfileAccount = { checked: 0, different: [] };
  const ids = new Set([
    ...stored.map(({ device_id = "" }) => device_id),
    ...profiles.map(({ device_id }) => device_id),
  ]);
  const itemsOf = Map.groupBy(stored, ({ device_id }) => device_id);
  const profilesOf = Map.groupBy(profiles, ({ device_id }) => device_id);
  for (const id of ids)
    for (const [type, list] of REGISTERS) {
      const expected = growthOf(itemsOf.get(id) ?? [], type);
      const actual = valuesOf(profilesOf.get(id) ?? [], list);
      for (const at of new Set([...expected.keys(), ...actual.keys()])) {
        account.checked += 1;
        const [wanted, found] = [expected.get(at), actual.get(at)];
        if (wanted !== found)
          account.different.push(
            `${id} ${list} at ${new Date(at).toISOString()}: ${found} instead of ${wanted} mWh`,
          );
      }
    }
  return account;
}

/** Thousandths of a watt-hour by the start of the quarter-hour. */
function growthOf(items: readonly StoredItem[], type: string): Map<number, number> {
  const readings = items
    .filter(({ measurement_type }) => measurement_type === type)
    .map(({ timestamp, value }) => ({ at: Number(timestamp), value: Number(value) }))
    .sort((a, b) => a.at - b.at);
  const growth = new Map<number, number>();
  for (let index = 1; index < readings.length; index += 1) {
    const [a, b] = [readings[index - 1], readings[index]];
    if (a === undefined || b === undefined || b.at - a.at > LONGEST_GAP_MS) continue;
    const at = (time: number) =>
      Math.round((a.value + ((b.value - a.value) * (time - a.at)) / (b.at - a.at)) * 1_000);
    for (let start = a.at; start < b.at; ) {
      const quarter = start - (start % QUARTER_HOUR_MS);
      const end = Math.min(b.at, quarter + QUARTER_HOUR_MS);
      const grown =
        b.value < a.value ? 0 : (end === b.at ? Math.round(b.value * 1_000) : at(end)) - at(start);
      growth.set(quarter, (growth.get(quarter) ?? 0) + grown);
      start = end;
    }
  }
  return growth;
}

function valuesOf(profiles: readonly StoredProfile[], list: "import_wh" | "export_wh"): Map<number, number> {
  const values = new Map<number, number>();
  for (const profile of profiles) {
    const midnight = midnightOf(profile.day);
    profile[list].forEach((wh, index) => {
      if (wh !== null) values.set(midnight + index * QUARTER_HOUR_MS, Math.round(wh * 1_000));
    });
  }
  return values;
}

function midnightOf(day: string): number {
  const found = ["+01:00", "+02:00"]
    .map((offset) => Date.parse(`${day}T00:00:00${offset}`))
    .find((at) => new Date(at).toLocaleString("sv", { timeZone: ZONE }) === `${day} 00:00:00`);
  if (found === undefined) throw new Error(`${day} has no midnight in ${ZONE}`);
  return found;
}
