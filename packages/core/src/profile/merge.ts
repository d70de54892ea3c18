import { type QuarterHour, worse } from "./compute.ts";
import { type Profile, quarterHourAt } from "./profile.ts";

/**
 * `profile` with what was computed for its quarter-hours from `first` on; the same object if nothing differs.
 *
 * What is unknown now never erases what was known: raw measurements expire, profiles do not. For the same reason an
 * estimate does not replace what was measured or imported. More readings can only turn an estimate into a measurement.
 */
export function mergeQuarterHours(
  profile: Profile,
  first: number,
  computed: readonly QuarterHour[],
): Profile {
  const merged: Profile = {
    ...profile,
    import_wh: [...profile.import_wh],
    export_wh: [...profile.export_wh],
    power_min_w: [...profile.power_min_w],
    power_max_w: [...profile.power_max_w],
  };
  const quality = [...profile.quality];
  let isChanged = false;
  computed.forEach((now, offset) => {
    const index = first + offset;
    const before = quarterHourAt(profile, index);
    const next = combine(before, now);
    isChanged ||= !isSame(before, next);
    merged.import_wh[index] = next.import_wh;
    merged.export_wh[index] = next.export_wh;
    merged.power_min_w[index] = next.power_min_w;
    merged.power_max_w[index] = next.power_max_w;
    quality[index] = next.quality;
  });
  return isChanged ? { ...merged, quality: quality.join("") } : profile;
}

function combine(before: QuarterHour, now: QuarterHour): QuarterHour {
  const power = {
    power_min_w: now.power_min_w ?? before.power_min_w,
    power_max_w: now.power_max_w ?? before.power_max_w,
  };
  const isWeaker =
    now.quality === "-" || (now.quality === "e" && (before.quality === "m" || before.quality === "i"));
  if (isWeaker) return { ...before, ...power };
  const keepsPart =
    (now.import_wh === null && before.import_wh !== null) ||
    (now.export_wh === null && before.export_wh !== null);
  return {
    import_wh: now.import_wh ?? before.import_wh,
    export_wh: now.export_wh ?? before.export_wh,
    ...power,
    quality: keepsPart ? worse(now.quality, before.quality) : now.quality,
  };
}

function isSame(a: QuarterHour, b: QuarterHour): boolean {
  return (
    a.import_wh === b.import_wh &&
    a.export_wh === b.export_wh &&
    a.power_min_w === b.power_min_w &&
    a.power_max_w === b.power_max_w &&
    a.quality === b.quality
  );
}
