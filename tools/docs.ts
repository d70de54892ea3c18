/** `npm run docs`: makes docs/cli.md anew. */
import { writeFile } from "node:fs/promises";

import { cliManual } from "@energylive/cli/manual";
import { createProgram } from "@energylive/cli/program";

await writeFile(new URL("../docs/cli.md", import.meta.url), cliManual(createProgram()));
