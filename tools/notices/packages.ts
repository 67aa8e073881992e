/** An npm package of deno.lock. */
export interface Package {
  name: string;
  version: string;
  licence: string;
}

const ROOT = new URL("../../", import.meta.url);

async function npmCache(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

/** What a package's own manifest in Deno's cache says. */
async function licenceOf(cache: string, name: string, version: string) {
  for await (const registry of Deno.readDir(cache)) {
    const file = `${cache}/${registry.name}/${name}/${version}/package.json`;
    try {
      const { license } = JSON.parse(await Deno.readTextFile(file));
      if (typeof license === "string") return license;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

/** Every package of the lock that this machine has; those of other platforms have the licence of their parent. */
export async function lockedPackages(): Promise<Package[]> {
  const lock = JSON.parse(await Deno.readTextFile(new URL("deno.lock", ROOT)));
  const cache = await npmCache();
  const packages: Package[] = [];
  for (const id of Object.keys(lock.npm)) {
    const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(id) ?? [];
    if (!name || !version) throw new Error(`${id} is not a package id`);
    const licence = await licenceOf(cache, name, version);
    if (licence) packages.push({ name, version, licence });
  }
  return packages;
}
