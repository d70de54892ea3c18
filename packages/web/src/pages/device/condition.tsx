import type { ComponentChildren } from "preact";

import { type LatestByType, numberOf } from "../../data/latest.ts";
import { BATTERY, ERROR_CODE, HUMIDITY, MESSAGE_COUNT, RSSI, SNR, TEMPERATURE } from "../../data/types.ts";
import { exact, percent } from "../../format/numbers.ts";
import { locale, t } from "../../i18n/locale.ts";

/** energyLIVE's interfaces: about 6000 mV when full, about 4000 mV when empty. */
const FULL_MV = 6_000;
const EMPTY_MV = 4_000;
const LOW_SHARE = 0.1;

/** LoRa: above the first a link is good, below the second it loses messages. */
const GOOD_RSSI_DBM = -90;
const WEAK_RSSI_DBM = -110;
const GOOD_SNR_DB = 0;
const WEAK_SNR_DB = -10;

/** What the device reports about its battery, radio and room. */
export function Condition({ latest }: { latest: LatestByType }) {
  const words = t.value.device;
  const types = [BATTERY, RSSI, SNR, TEMPERATURE, HUMIDITY, MESSAGE_COUNT, ERROR_CODE];
  if (!types.some((type) => latest.has(type))) return null;
  return (
    <section class="card" aria-labelledby="condition-title">
      <header class="card-head">
        <h2 id="condition-title">{words.condition}</h2>
      </header>
      <dl class="facts">
        <Battery mv={numberOf(latest, BATTERY)} text={valueText(latest, BATTERY)} />
        <Radio
          name={words.signal}
          value={numberOf(latest, RSSI)}
          text={valueText(latest, RSSI)}
          good={GOOD_RSSI_DBM}
          weak={WEAK_RSSI_DBM}
        />
        <Radio
          name={words.noise}
          value={numberOf(latest, SNR)}
          text={valueText(latest, SNR)}
          good={GOOD_SNR_DB}
          weak={WEAK_SNR_DB}
        />
        <Fact name={words.temperature} text={valueText(latest, TEMPERATURE)} />
        <Fact name={words.humidity} text={valueText(latest, HUMIDITY)} />
        <Fact name={words.messages} text={valueText(latest, MESSAGE_COUNT)} />
        <Fact
          name={words.errorCode}
          text={numberOf(latest, ERROR_CODE) === 0 ? words.noError : valueText(latest, ERROR_CODE)}
        />
      </dl>
    </section>
  );
}

function Battery({ mv, text }: { mv: number | undefined; text: string | undefined }) {
  const words = t.value.device;
  if (mv === undefined) return null;
  const share = Math.min(1, Math.max(0, (mv - EMPTY_MV) / (FULL_MV - EMPTY_MV)));
  return (
    <Fact name={words.battery} text={text}>
      <meter
        class="battery"
        min={0}
        max={1}
        low={LOW_SHARE}
        optimum={1}
        value={share}
        aria-label={`${words.battery}: ${words.batteryLevel(percent(locale.value, share))}`}
      />
      <span class="muted">
        {share < LOW_SHARE ? words.batteryLow : words.batteryLevel(percent(locale.value, share))}
      </span>
    </Fact>
  );
}

function Radio(props: {
  name: string;
  value: number | undefined;
  text: string | undefined;
  good: number;
  weak: number;
}) {
  const { name, value, text, good, weak } = props;
  if (value === undefined) return null;
  const quality = value >= good ? "good" : value < weak ? "weak" : "fair";
  return (
    <Fact name={name} text={text}>
      <span class={`quality quality-${quality}`}>{t.value.device.signalWords[quality]}</span>
    </Fact>
  );
}

export function Fact({
  name,
  text,
  children,
}: {
  name: string;
  text: string | undefined;
  children?: ComponentChildren;
}) {
  if (text === undefined) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span class="fact-value">{text}</span>
        {children}
      </dd>
    </div>
  );
}

function valueText(latest: LatestByType, type: string): string | undefined {
  const value = latest.get(type);
  if (value === undefined) return undefined;
  const number = exact(locale.value, value.value);
  return value.unit === undefined ? number : `${number}\u00a0${value.unit}`;
}
