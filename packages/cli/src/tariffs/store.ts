import { createTariffStore, type TariffStore } from "@energylive/core/tariff/store";
import type { ParsedTariff, Tariff } from "@energylive/core/tariff/tariff";

import { FailedError } from "../errors.ts";
import type { Stage } from "../stage/stage.ts";

export async function openTariffs(stage: Stage): Promise<TariffStore> {
  return createTariffStore({ dynamodb: await stage.dynamodb(), table: stage.names.tariffsTable });
}

/** @throws {FailedError} for an item that is not a tariff: to leave it out would compute with another one */
export function validTariffs(parsed: readonly ParsedTariff[]): Tariff[] {
  return parsed.map(({ tariff, invalid }) => {
    if (tariff !== undefined) return tariff;
    throw new FailedError(
      `the tariff "${invalid.tariff}" of ${invalid.valid_from} is not valid: ${invalid.problems.join("; ")}`,
      { advice: "energylive tariffs set replaces it, energylive tariffs remove removes it" },
    );
  });
}
