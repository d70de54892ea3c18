/** `npm run docs`: writes the tables of docs/scale.md. */
import { readFile, writeFile } from "node:fs/promises";

import { withScaleTables } from "./synth/scale-tables.ts";

const PAGE = new URL("../docs/scale.md", import.meta.url);

await writeFile(PAGE, withScaleTables(await readFile(PAGE, "utf8")));
