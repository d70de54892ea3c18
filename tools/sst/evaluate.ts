import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as z from "zod";

import { bundleApp, bundleProgram } from "./bundles.ts";
import type { Graph, Resource } from "./graph.ts";
import { ensurePlatform, ROOT } from "./platform.ts";
import { runForked } from "./process.ts";
import { startSstServer } from "./server.ts";

/** Variables of a stage, as `process.env` and its `.env` files have them. */
export type StageVariables = Readonly<Record<string, string | undefined>>;

/** What an evaluation meets besides the stage's settings; by default nothing. */
export interface Surroundings {
  /** What `sst secret set` stored, as SST hands it to a program. */
  secrets?: StageVariables;
  /** What is in the account already, by the token of the Pulumi function that looks it up. */
  existing?: Readonly<Record<string, readonly { name: string }[]>>;
  /** As in `sst dev`. */
  isDev?: boolean;
}

const AppSettings = z.looseObject({
  name: z.string(),
  removal: z.string(),
  protect: z.boolean(),
  providers: z.looseObject({ aws: z.looseObject({ region: z.string() }) }),
});

const Evaluation = z.object({
  resources: z.array(
    z.object({
      type: z.string(),
      name: z.string(),
      inputs: z.record(z.string(), z.unknown()),
      retainOnDelete: z.boolean(),
    }),
  ),
  outputs: z.record(z.string(), z.unknown()),
});

/**
 * Evaluates the real sst.config.ts with SST's real components, as `sst deploy` would, but without an account: what would
 * be deployed comes back as a graph.
 *
 * @param variables the stage's settings; nothing else of the environment has a say
 * @throws {EvaluationError} with the message that `sst deploy` would end with
 */
export async function evaluate(
  stage: string,
  variables: StageVariables = {},
  { secrets = {}, existing = {}, isDev = false }: Surroundings = {},
): Promise<Graph> {
  await ensurePlatform();
  const directory = await mkdtemp(join(tmpdir(), "energylive-synth-"));
  const server = await startSstServer({ root: ROOT, directory });
  try {
    const app = AppSettings.parse(await runForked(await bundleApp(stage), variables));
    const program = await bundleProgram({ ...app, stage }, directory, isDev);
    const environment = {
      ...variables,
      ...secrets,
      SST_SERVER: server.url,
      EVALUATED_EXISTING: JSON.stringify(existing),
    };
    const { resources, outputs } = Evaluation.parse(await runForked(program, environment));
    const bundles = Object.fromEntries([...server.bundles].map(([name, { bytes }]) => [name, bytes]));
    return { stage, app, resources: resources.sort(byTypeAndName), outputs, bundles };
  } finally {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Components register when their inputs are there, in no order; a graph that is compared needs one. */
function byTypeAndName(a: Resource, b: Resource): number {
  return a.type.localeCompare(b.type) || a.name.localeCompare(b.name);
}
