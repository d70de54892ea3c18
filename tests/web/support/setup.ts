import type { ResourceNames } from "@energylive/core/settings/names";
import type { TestProject } from "vitest/node";

import { findChromium, HOW_TO_GET_IT, launchServer } from "./chromium.ts";
import { startControl } from "./control.ts";
import { openEmptyWorld, openFullWorld, type Residents } from "./world.ts";

/** What every page test looks at: one browser and two collectors with their dashboards. */
export interface Looked {
  browser: string;
  full: {
    url: string;
    residents: Residents;
    control: string;
    dynamodb: string;
    sqs: string;
    dlqUrl: string;
    names: ResourceNames;
  };
  empty: { url: string };
}

declare module "vitest" {
  export interface ProvidedContext {
    /** Why the browser is missing, or what there is. */
    page: { missing: string } | Looked;
  }
}

export default async function setup(project: TestProject) {
  const executable = await findChromium();
  if (executable === undefined) {
    if ((process.env.REQUIRE_CHROMIUM ?? process.env.CI) !== undefined) throw new Error(HOW_TO_GET_IT);
    process.stderr.write(`${HOW_TO_GET_IT}\n`);
    project.provide("page", { missing: HOW_TO_GET_IT });
    return;
  }
  await using started = new AsyncDisposableStack();
  const [browser, full, empty] = await Promise.all([
    launchServer(executable),
    openFullWorld(),
    openEmptyWorld(),
  ]);
  started.defer(() => browser.close());
  started.use(full);
  started.use(empty);
  const control = await startControl(full);
  started.use(control);
  const { endpoints, names } = full.collector.stack;
  project.provide("page", {
    browser: browser.wsEndpoint(),
    full: {
      url: full.dashboard.url,
      residents: full.residents,
      control: control.url,
      dynamodb: endpoints.dynamodb,
      sqs: endpoints.sqs,
      dlqUrl: endpoints.dlqUrl,
      names,
    },
    empty: { url: empty.dashboard.url },
  });
  const running = started.move();
  return () => running.disposeAsync();
}
