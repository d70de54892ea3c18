import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";

/**
 * The variables that `sst deploy --stage <stage>` would see: `.env.<stage>` wins over the shell, the shell over `.env`.
 * That is SST's order, found by trying; it is not documented.
 */
export async function stageVariables(
  root: string,
  stage: string,
  shell: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string | undefined>> {
  return {
    ...(await variablesOf(join(root, ".env"))),
    ...shell,
    ...(await variablesOf(join(root, `.env.${stage}`))),
  };
}

async function variablesOf(file: string): Promise<Record<string, string | undefined>> {
  return parseEnv(await readFile(file, "utf8").catch(() => ""));
}
