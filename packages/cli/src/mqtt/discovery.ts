import type { Device } from "@energylive/core/device/device";
import { lastSeen } from "@energylive/core/device/seen";
import { unitOf } from "@energylive/core/measurement/obis";
import { PROFILE_TYPES } from "@energylive/core/profile/message";

import manifest from "../../package.json" with { type: "json" };
import { meaningOf } from "../texts.ts";

/**
 * What Home Assistant is told of a device so that it makes sensors of it.
 *
 * Source: home-assistant.io/integrations/mqtt (discovery) and developers.home-assistant.io/docs/core/entity/sensor (which units and
 * state classes belong to a device class)
 */

/** Where this stage publishes. */
export interface Topics {
  /** `energylive/production` */
  base: string;
  /** Home Assistant's own: `homeassistant`, unless somebody has changed it. */
  discovery: string;
}

/** The last will of the publisher: with it every sensor is unavailable. */
export function statusTopic({ base }: Topics): string {
  return `${base}/status`;
}

export const ONLINE = "online";
export const OFFLINE = "offline";

/** A message that the broker keeps for whoever subscribes later. */
export interface Retained {
  topic: string;
  payload: string;
}

interface SensorClass {
  device_class?: string;
  state_class?: "measurement" | "total_increasing";
  entity_category?: "diagnostic";
}

/** By unit: the catalogue has one unit for each of these. */
const BY_UNIT: Readonly<Record<string, SensorClass>> = {
  W: { device_class: "power", state_class: "measurement" },
  Wh: { device_class: "energy", state_class: "total_increasing" },
  // Home Assistant has no class for a register of reactive energy in every version.
  varh: { state_class: "total_increasing" },
  mV: { device_class: "voltage", state_class: "measurement", entity_category: "diagnostic" },
  "°C": { device_class: "temperature", state_class: "measurement" },
  "%": { device_class: "humidity", state_class: "measurement" },
  dBm: { device_class: "signal_strength", state_class: "measurement", entity_category: "diagnostic" },
  dB: { device_class: "signal_strength", state_class: "measurement", entity_category: "diagnostic" },
};

const UNKNOWN: SensorClass = { entity_category: "diagnostic" };

/** Drawn minus fed in: what a person means by the power of a house. */
const NET_POWER = "net_power";

/** Nothing else may be in a topic of discovery. */
function topicPart(text: string): string {
  return text.replaceAll(/[^a-zA-Z0-9_-]/g, "_");
}

function nodeOf({ base }: Topics, deviceId: string): string {
  return topicPart(`${base}_${deviceId}`);
}

function configTopic(topics: Topics, deviceId: string, type: string): string {
  return `${topics.discovery}/sensor/${nodeOf(topics, deviceId)}/${topicPart(type)}/config`;
}

function stateTopic({ base }: Topics, deviceId: string, type: string): string {
  return `${base}/${deviceId}/${topicPart(type)}`;
}

function availabilityTopic({ base }: Topics, deviceId: string): string {
  return `${base}/${deviceId}/availability`;
}

/** What a device's sensors are told: whether it delivers, and its last values. */
export function statesOf(device: Device, isDelivering: boolean, topics: Topics): Retained[] {
  const { device_id } = device;
  return [
    { topic: availabilityTopic(topics, device_id), payload: isDelivering ? ONLINE : OFFLINE },
    ...valuesOf(device).map(([type, payload]) => ({ topic: stateTopic(topics, device_id, type), payload })),
  ];
}

/** One configuration for each sensor of a device. */
export function configsOf(device: Device, topics: Topics): Retained[] {
  const { device_id, name = device_id } = device;
  const node = nodeOf(topics, device_id);
  return valuesOf(device).map(([type]) => {
    const unit = type === NET_POWER ? "W" : unitOf(type);
    const payload = {
      name: type === NET_POWER ? "Power, drawn minus fed in" : nameOf(type),
      unique_id: `${node}_${topicPart(type)}`,
      state_topic: stateTopic(topics, device_id, type),
      ...(unit === undefined ? {} : { unit_of_measurement: unit }),
      ...(unit === undefined ? UNKNOWN : BY_UNIT[unit]),
      availability: [{ topic: statusTopic(topics) }, { topic: availabilityTopic(topics, device_id) }],
      availability_mode: "all",
      device: {
        identifiers: [node],
        name,
        manufacturer: "energyLIVE",
        model: device_id.startsWith("G-") ? "Gateway" : "Interface",
        serial_number: device_id,
      },
      origin: { name: "energylive-collector", sw_version: manifest.version },
    };
    return { topic: configTopic(topics, device_id, type), payload: JSON.stringify(payload) };
  });
}

function nameOf(type: string): string {
  const meaning = meaningOf(type);
  return meaning === "" ? type : meaning;
}

function valuesOf({ state }: Device): [type: string, value: string][] {
  const values: [string, string][] = [];
  for (const type of state.seen.keys()) {
    const value = lastSeen(state.seen, type)?.value;
    if (value !== undefined) values.push([type, value]);
  }
  const [drawn, fedIn] = [PROFILE_TYPES.drawn, PROFILE_TYPES.fedIn].map(
    (type) => lastSeen(state.seen, type)?.value,
  );
  if (drawn !== undefined && fedIn !== undefined)
    values.push([NET_POWER, String(Number(drawn) - Number(fedIn))]);
  return values;
}
