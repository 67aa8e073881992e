import fs from "node:fs";
import path from "node:path";
import { launcher } from "./launcher.ts";
import { importsUsed, sourcesIn } from "./sources.ts";

/** Of packages: declarations, maps, manuals and marks of the installation, which nothing runs. */
const NOT_RUN = /(\.([cm]?ts|map|tsbuildinfo|md|markdown|html|yml)|\/\.[^/]+)$/;
const LICENCE = /\/(licen[cs]e|notice|copying)[^/]*$/i;
/** Marks of the installation beside the packages. */
const MARKS = [".bin", ".deno/.deno.lock", ".deno/.setup-cache.bin"];

/**
 * Lays out the node in `app`: launcher, runtime, sources, npm packages. It runs
 * from any place, without a network or a module cache. Gives the version.
 */
export async function stage(root: string, app: string): Promise<string> {
  fs.rmSync(app, { recursive: true, force: true });
  const sources = sourcesIn(root);
  for (const name of sources) {
    const target = path.join(app, name);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(path.join(root, name), target);
  }
  const texts = sources.filter((name) => name.endsWith(".ts"))
    .map((name) => fs.readFileSync(path.join(app, name), "utf8"));
  const { version, unstable, imports } = JSON.parse(
    fs.readFileSync(path.join(root, "deno.json"), "utf8"),
  );
  const config = { version, unstable, imports: importsUsed(imports, texts) };
  await installPackages(root, app, config);
  writeJson(app, { ...config, nodeModulesDir: "manual", lock: false });
  fs.copyFileSync(Deno.execPath(), path.join(app, "deno"));
  fs.chmodSync(path.join(app, "deno"), 0o755);
  fs.writeFileSync(path.join(app, "rustorium"), launcher(), { mode: 0o755 });
  return version;
}

/**
 * The packages of `config` in the versions of the lock, as a folder that needs no
 * cache. They are in Deno's cache already: whoever runs this resolved all of them.
 */
async function installPackages(
  root: string,
  app: string,
  config: object,
): Promise<void> {
  writeJson(app, { ...config, nodeModulesDir: "auto" });
  const lock = path.join(app, "deno.lock");
  fs.copyFileSync(path.join(root, "deno.lock"), lock);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet", "--cached-only"],
    cwd: app,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const known = packagesOf(path.join(root, "deno.lock"));
  const others = [...packagesOf(lock)].filter((id) => !known.has(id));
  if (others.length > 0) throw new Error(`Not in deno.lock: ${others}`);
  fs.rmSync(lock);
  const modules = path.join(app, "node_modules");
  for (const mark of MARKS) {
    fs.rmSync(path.join(modules, mark), { recursive: true, force: true });
  }
  for (
    const entry of fs.readdirSync(modules, {
      recursive: true,
      withFileTypes: true,
    })
  ) {
    const file = path.join(entry.parentPath, entry.name);
    // Unlinked, never changed: the files may be links to the cache.
    if (entry.isFile() && NOT_RUN.test(file) && !LICENCE.test(file)) {
      fs.rmSync(file);
    }
  }
}

function packagesOf(lock: string): Set<string> {
  return new Set(Object.keys(JSON.parse(fs.readFileSync(lock, "utf8")).npm));
}

function writeJson(app: string, config: object): void {
  const text = JSON.stringify(config, null, 2) + "\n";
  fs.writeFileSync(path.join(app, "deno.json"), text);
}
