/** Installs SST's platform when it is missing: `stacks/` cannot be type-checked without it. */
import { ensurePlatform } from "./platform.ts";

await ensurePlatform((message) => process.stderr.write(`${message}\n`));
