/**
 * Writes deno.lock from deno.json where a package registry lacks some of the
 * optional platform packages that native npm packages name.
 *
 *     deno task relock            # needs deno and npm on PATH; developers only
 *
 * Deno resolves every optional platform package and takes a missing one as
 * fatal, whatever machine it runs on (denoland/deno#36597). So: resolve in a
 * scratch folder, put an empty package in the place of each missing one
 * ("links"), then take the traces of these stubs out of the lock. What remains
 * is an ordinary lock that lists those packages by os and cpu without an
 * integrity; nobody downloads them on a machine they are not for. Deno ignores
 * `libc`, so a missing `-musl` variant for linux-x64 would be wanted on every
 * linux-x64: those are dropped.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { platformOf, type Stub, versionOf } from "./relock_platform.ts";

const ROUNDS_MAX = 200;

/** The part of a lock file that is edited here. */
export interface Lock {
  npm?: Record<string, { optionalDependencies?: string[] }>;
  workspace?: { links?: unknown };
}

/** Takes the stubs' traces out of a lock; gives the names that were dropped. */
export function withoutStubs(lock: Lock, stubs: ReadonlyMap<string, Stub>) {
  delete lock.workspace?.links;
  const dropped = [...stubs]
    .filter(([name, stub]) =>
      name.includes("musl") && stub.os === "linux" && stub.cpu === "x64"
    )
    .map(([name]) => name);
  const isDropped = (id: string) =>
    dropped.some((name) => id === name || id.startsWith(`${name}@`));
  for (const [id, entry] of Object.entries(lock.npm ?? {})) {
    if (isDropped(id)) delete lock.npm?.[id];
    else if (entry.optionalDependencies) {
      entry.optionalDependencies = entry.optionalDependencies
        .filter((name) => !isDropped(name));
    }
  }
  return dropped;
}

/** The version that the parent package asks for, where Deno's message does not give it. */
function wantedVersion(name: string): string {
  const words = name.split("-");
  for (let count = words.length - 1; count > 0; count--) {
    const parent = words.slice(0, count).join("-");
    const args = ["view", parent, "optionalDependencies", "--json"];
    const { stdout } = spawnSync("npm", args, { encoding: "utf8" });
    const version = stdout && JSON.parse(stdout)?.[name];
    if (typeof version === "string") return versionOf(version);
  }
  throw new Error(`No parent package of ${name} found: add its version here`);
}

/** One missing package, read from what Deno says when it gives up. */
function missingPackage(stderr: string): { name: string; version: string } {
  const versioned = /npm package '(\S+?)' matching '(\S+?)'/.exec(stderr);
  if (versioned?.[1] && versioned[2]) {
    return { name: versioned[1], version: versionOf(versioned[2]) };
  }
  const absent = /npm package '(\S+?)' does not exist/.exec(stderr)?.[1];
  if (absent) return { name: absent, version: wantedVersion(absent) };
  throw new Error(stderr);
}

const folderOf = (name: string) => `stubs/${name.replace("/", "__")}`;

function writeStub(scratch: string, name: string, stub: Stub) {
  const folder = path.join(scratch, folderOf(name));
  fs.mkdirSync(folder, { recursive: true });
  const manifest = {
    name,
    version: stub.version,
    ...(stub.os && { os: [stub.os] }),
    ...(stub.cpu && { cpu: [stub.cpu] }),
  };
  fs.writeFileSync(
    path.join(folder, "package.json"),
    JSON.stringify(manifest),
  );
}

function install(scratch: string, config: object, links: string[]) {
  fs.writeFileSync(
    path.join(scratch, "deno.json"),
    JSON.stringify({ ...config, nodeModulesDir: "auto", links }),
  );
  return spawnSync("deno", ["install", "--lockfile-only"], {
    cwd: scratch,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
}

/** Resolves in `scratch`, adding stubs until nothing is missing. */
function resolveWithStubs(scratch: string, config: object) {
  const stubs = new Map<string, Stub>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const links = [...stubs.keys()].map((name) => `./${folderOf(name)}`);
    const run = install(scratch, config, links);
    if (run.status === 0) return stubs;
    const { name, version } = missingPackage(run.stderr);
    if (stubs.has(name)) throw new Error(`Deno does not accept ${name}'s stub`);
    const stub = { version, ...platformOf(name) };
    stubs.set(name, stub);
    writeStub(scratch, name, stub);
  }
  throw new Error(`Still packages missing after ${ROUNDS_MAX} rounds`);
}

/** Writes `deno.lock` beside `project`'s `deno.json`. */
export function relock(project: string) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "relock-"));
  try {
    const config = JSON.parse(
      fs.readFileSync(path.join(project, "deno.json"), "utf8"),
    );
    const stubs = resolveWithStubs(scratch, config);
    const file = path.join(scratch, "deno.lock");
    const lock: Lock = JSON.parse(fs.readFileSync(file, "utf8"));
    const dropped = withoutStubs(lock, stubs);
    fs.writeFileSync(
      path.join(project, "deno.lock"),
      JSON.stringify(lock, null, 2) + "\n",
    );
    return { stubs: stubs.size, dropped: dropped.length };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { stubs, dropped } = relock(path.resolve(process.argv[2] ?? "."));
  console.error(
    `deno.lock written: ${stubs} missing platform packages listed without integrity, ${dropped} of them dropped`,
  );
}
