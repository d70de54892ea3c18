/**
 * The program of an evaluation: bundled into `.sst/platform` as `sst` bundles its own (bundles.ts) and run there by a
 * process of its own (evaluate.ts). Pulumi's mocks stand in for its engine and record what the components register.
 */
import * as pulumi from "@pulumi/pulumi";
import { run } from "../../../.sst/platform/src/auto/run.ts";
import config from "../../../sst.config.ts";
import type { Resource } from "../graph.ts";
import { answerCall, stateOf } from "./mocks.ts";

const resources = new Map<string, Resource>();
const retained = new Set<string>();

await pulumi.runtime.setMocks(
  {
    newResource({ type, name, inputs, custom }) {
      const key = `${type} ${name}`;
      const state = withoutWrapping(inputs);
      if (custom) resources.set(key, { type, name, inputs: state, retainOnDelete: retained.has(key) });
      return { id: `${name}-id`, state: custom ? stateOf(type, name, state) : state };
    },
    call({ token, inputs }) {
      try {
        return answerCall(token, inputs);
      } catch (error) {
        // Pulumi reports what its engine would have put here, and nothing else.
        throw Object.assign(new Error(token), { details: `${token}: ${String(error)}` });
      }
    },
  },
  $app.name,
  $app.stage,
  false,
);

// A rejection that no one awaits is one that the engine would report as a failed resource.
process.on("unhandledRejection", fail);

const outputs = await pulumi.runtime.runInPulumiStack(() => run(runRecorded)).catch(fail);

// Functions are registered once they are bundled, which nothing above waits for: the program is done when there is
// nothing left to do.
process.channel?.unref();
process.once("beforeExit", () => {
  pulumi.output(outputs).apply((resolved) => {
    process.send?.({ resources: [...resources.values()], outputs: resolved }, () => process.exit(0));
  });
});

/** The app itself. Retention is not an input but an option, which only a transformation sees: it runs after SST's own. */
function runRecorded() {
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    if (opts.retainOnDelete === true) retained.add(`${type} ${name}`);
    return { props, opts };
  });
  return config.run();
}

/** Secrets come wrapped; here their content is not secret. */
function withoutWrapping<T>(value: T): T {
  if (pulumi.runtime.isRpcSecret(value)) return withoutWrapping(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return Object.assign([], value.map(withoutWrapping));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.assign(
    {},
    value,
    Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutWrapping(inner)])),
  );
}

function fail(error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  process.send?.({ failure: { name, message } }, () => process.exit(1));
}
