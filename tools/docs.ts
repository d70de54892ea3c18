/** `npm run docs`: makes docs/cli.md and the tables of docs/scale.md anew. */
import { readFile, writeFile } from "node:fs/promises";

import { cliManual } from "@energylive/cli/manual";
import { createProgram } from "@energylive/cli/program";

import { withScaleTables } from "./synth/scale-tables.ts";

const page = (name: string) => new URL(`../docs/${name}`, import.meta.url);

await writeFile(page("cli.md"), cliManual(createProgram()));
await writeFile(page("scale.md"), withScaleTables(await readFile(page("scale.md"), "utf8")));
