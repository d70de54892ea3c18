import { createTariffStore } from "@energylive/core/tariff/store";
import { Tariff } from "@energylive/core/tariff/tariff";
import type { Stack } from "@energylive/local/stack";

import examples from "./examples.json" with { type: "json" };

/** Before the past of a demo begins. */
const BEFORE_PAST = "2024-01-01";

/** Gives a demo the tariffs that docs/tariffs.md explains, for its past too. */
export async function addExampleTariffs({
  dynamodb,
  names,
}: Pick<Stack, "dynamodb" | "names">): Promise<void> {
  const tariffs = createTariffStore({ dynamodb, table: names.tariffsTable });
  for (const example of examples) {
    await tariffs.put(Tariff.parse(example));
    await tariffs.put(Tariff.parse({ ...example, valid_from: BEFORE_PAST }));
  }
}
