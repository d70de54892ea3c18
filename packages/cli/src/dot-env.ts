import { existsSync } from "node:fs";
import { join } from "node:path";

/** Reads the file `.env` of a folder into the environment. Variables that are already set win. */
export function loadDotEnv(folder: string): void {
  const file = join(folder, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
}
