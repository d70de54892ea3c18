/** What an evaluation of the app yields: every resource that a deployment would register. */

export interface Resource {
  /** Pulumi's type, such as `aws:sqs/queue:Queue`. */
  type: string;
  /** The logical name in the app, such as `MeasurementQueueQueue`. */
  name: string;
  inputs: Readonly<Record<string, unknown>>;
  /** Whether it is left standing when the app is removed. */
  retainOnDelete: boolean;
}

/** What `app()` of sst.config.ts answers. */
interface App {
  name: string;
  removal: string;
  protect: boolean;
  providers: { aws: { region: string } };
}

export interface Graph {
  stage: string;
  app: App;
  resources: readonly Resource[];
  /** What `run()` answered: printed at the end of a deployment. */
  outputs: Readonly<Record<string, unknown>>;
  /** Bytes of each function's code, by its logical name. */
  bundles: Readonly<Record<string, number>>;
}

/** The account that stands in for the one that is deployed to. */
export const EVALUATED_ACCOUNT = "123456789012";

/** Stands in for the value of a secret. */
export const SECRET = "(secret)";

/** The resources of one type. */
export function resourcesOf(graph: Graph, type: string): Resource[] {
  return graph.resources.filter((resource) => resource.type === type);
}

/**
 * The one resource of that type and logical name.
 *
 * @throws {Error} that names those of the type, where there is none
 */
export function resource(graph: Graph, type: string, name: string): Resource {
  const found = graph.resources.find((candidate) => candidate.type === type && candidate.name === name);
  if (found !== undefined) return found;
  const names = resourcesOf(graph, type).map((candidate) => candidate.name);
  throw new Error(`no ${type} is called ${name}: there are ${names.join(", ") || "none"}`);
}
