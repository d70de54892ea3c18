import type { TimeStyle } from "../format/times.ts";
import { locale } from "../i18n/locale.ts";
import { viewerZone } from "../time/zone.ts";

/** The zone of every time on the page. */
export const zone = viewerZone();

export function timeStyle(): TimeStyle {
  return { locale: locale.value, zone };
}
