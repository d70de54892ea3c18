import type { BackupCounts } from "@energylive/local/backup/format";

import { UsageError } from "../errors.ts";
import type { Stage } from "../stage/stage.ts";
import { counted } from "../terminal/number.ts";

/** `5 devices, 12,000 measurements, 2,005 load profiles, 3 messages and 1 key` */
export function contents(counts: BackupCounts): string {
  const parts = [
    counted(counts.devices, "device"),
    counted(counts.measurements, "measurement"),
    counted(counts.profiles, "load profile"),
    ...(counts.prices === 0 ? [] : [`${counted(counts.prices, "day")} of market prices`]),
    ...(counts.tariffs === 0 ? [] : [counted(counts.tariffs, "tariff")]),
    counted(counts.messages, "message"),
  ];
  return `${parts.join(", ")} and ${counted(counts.keys, "key")}`;
}

/** @throws {UsageError} for a deployed stage */
export function ofEmbedded(stage: Stage): { folder: string } {
  if (stage.folder !== undefined) return { folder: stage.folder };
  throw new UsageError(`${stage.label} is deployed, and a backup is of an embedded stack`, {
    advice:
      "DynamoDB's point-in-time recovery brings back what a deployed stage held; see docs/operations.md",
  });
}
