import { readFile } from "node:fs/promises";

import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { parseTariff, type Tariff } from "@energylive/core/tariff/tariff";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { FailedError } from "../errors.ts";
import { counted } from "../terminal/number.ts";
import { openTariffs } from "./store.ts";

/** `energylive tariffs set` and `energylive tariffs import` */
export function defineImport(tariffs: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      tariffs
        .command("set")
        .description("add a tariff, or replace its versions of the same dates")
        .argument("<name>", "the tariff")
        .requiredOption("--file <file>", "a JSON file: one version, or an array of versions"),
    ),
    {
      examples: [
        ["tariffs set home --file home.json", "then: energylive devices set I-10082023-01658401 tariff=home"],
      ],
      json: "{ tariffs: [{ tariff, valid_from }] }",
      notes: [
        "What a tariff costs is computed when it is looked at: a tariff that is mended mends the past.",
      ],
    },
  ).action((name, options) => run(options, (context) => store(context, options.file, name)));
  documented(
    withCommonOptions(
      tariffs
        .command("import")
        .description("add the tariffs of a file, all or none")
        .argument("<file>", "a JSON file: an array of tariffs"),
    ),
    {
      examples: [["tariffs import tariffs.json", "several at once"]],
      json: "{ tariffs: [{ tariff, valid_from }] }",
    },
  ).action((file, options) => run(options, (context) => store(context, file, undefined)));
}

async function store({ open, output }: Context, file: string, name: string | undefined): Promise<void> {
  const versions = await readTariffs(file, name);
  const stage = await open();
  const tariffs = await openTariffs(stage);
  for (const version of versions) await tariffs.put(version);
  const named = versions.map(({ tariff, valid_from }) => ({ tariff, valid_from }));
  await output.result(
    { tariffs: named },
    `${counted(versions.length, "tariff version")} stored: ${named.map(({ tariff, valid_from }) => `${tariff} from ${valid_from}`).join(", ")}`,
  );
}

/**
 * @param name that all of them get
 * @throws {FailedError} that names every field that is wrong
 */
async function readTariffs(file: string, name: string | undefined): Promise<Tariff[]> {
  const text = await readFile(file, "utf8").catch((cause) => {
    throw new FailedError(`${file} cannot be read: ${cause.code ?? cause.message}`);
  });
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch (cause) {
    throw new FailedError(`${file} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const parsed = [written].flat().map((each) => parseTariff(name === undefined ? each : named(each, name)));
  if (parsed.length === 0) throw new FailedError(`${file} has no tariff`);
  const problems = parsed.flatMap(({ invalid }, index) =>
    (invalid?.problems ?? []).map((problem) =>
      parsed.length === 1 ? problem : `number ${index + 1}: ${problem}`,
    ),
  );
  if (problems.length > 0)
    throw new FailedError(`${file} has no valid tariff, and nothing was stored: ${problems.join("; ")}`, {
      advice: "docs/tariffs.md says what each field is",
    });
  return parsed.flatMap(({ tariff }) => (tariff === undefined ? [] : [tariff]));
}

function named(written: unknown, tariff: string): unknown {
  return typeof written === "object" && written !== null ? { ...written, tariff } : written;
}
