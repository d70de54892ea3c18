/** `npm run build`: the Lambda bundles as `sst deploy` makes them, in .build/. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { BUNDLE, HANDLERS } from "../stacks/bundle.ts";
import { bundleHandler } from "./bundle.ts";

const root = join(import.meta.dirname, "..");

for (const [name, handler] of Object.entries(HANDLERS)) {
  const directory = join(root, ".build", name);
  await mkdir(directory, { recursive: true });
  const { file, bytes } = await bundleHandler(handler, { root, directory, arguments: BUNDLE });
  process.stdout.write(`${file.slice(root.length + 1)}  ${Math.round(bytes / 1024)} KB\n`);
}
