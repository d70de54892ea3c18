import * as z from "zod";

const LockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      license: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

/** A package of npm that others wrote. */
export interface Package {
  name: string;
  /** An SPDX expression; `undefined` when its manifest states none. */
  licence: string | undefined;
}

const FOLDER = "node_modules/";

/** What `npm ci --omit=dev` installs, on whatever platform, by name; a package that is there in several versions once per licence. */
export function productionPackages(lockFile: unknown): Package[] {
  const packages = Object.entries(LockFile.parse(lockFile).packages)
    .filter(([path, { dev, link }]) => path.includes(FOLDER) && dev !== true && link !== true)
    .map(([path, { license }]) => ({ name: packageName(path), licence: license }));
  const distinct = new Map(packages.map((found) => [`${found.name} ${found.licence}`, found]));
  return [...distinct.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The package that a path within `node_modules` belongs to, the innermost. */
export function packageName(path: string): string {
  const [scope = "", name = ""] = path.slice(path.lastIndexOf(FOLDER) + FOLDER.length).split("/");
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
}
