import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { newToken } from "@energylive/api/access/access";
import { OWNER_ONLY, replaceFile } from "@energylive/local/replace-file";

const FILE = "dashboard-token";

const TOKEN = /^[\w-]{43}$/;

/**
 * The token of the dashboards of a data folder: the same after every start, so bookmarks and open pages go on working. Delete the file,
 * and the next start makes another. Only its owner may read it.
 */
export async function keptToken(dataFolder: string): Promise<string> {
  const file = join(dataFolder, FILE);
  const kept = await readFile(file, "utf8").catch(() => "");
  if (TOKEN.test(kept)) return kept;
  const token = newToken();
  await replaceFile(file, token, OWNER_ONLY);
  return token;
}
