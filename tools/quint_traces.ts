/**
 * Writes src/consensus/testing/quint/traces from Malachite's specification of
 * Tendermint: runs every `run …Test` of its tests with Quint and keeps of each
 * trace what every process was told and what it answered.
 *
 *     git clone https://github.com/circlefin/malachite
 *     deno run -A tools/quint_traces.ts malachite     # needs npm; developers only
 *
 * The traces are derived from the specification, Apache-2.0: see
 * THIRD-PARTY-NOTICES.md.
 */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { statesOf } from "./quint/itf.ts";
import { runOf } from "./quint/steps.ts";

/** What the traces are of. */
export const COMMIT = "4e8bb7dd602bf395b84b01b927058d553c550b6a";

const QUINT = "0.33.0";
/** The next one needs a run time that the rest of Quint does not work with. */
const ANTLR = "0.5.0-alpha.4";
const SEED = "1";
const OUT = new URL("../src/consensus/testing/quint/traces/", import.meta.url);

function installQuint(directory: string): string {
  const manifest = {
    private: true,
    dependencies: { "@informalsystems/quint": QUINT },
    overrides: { antlr4ts: ANTLR },
  };
  fs.writeFileSync(
    path.join(directory, "package.json"),
    JSON.stringify(manifest),
  );
  execFileSync("npm", ["install", "--no-audit", "--no-fund"], {
    cwd: directory,
    stdio: "inherit",
  });
  return path.join(directory, "node_modules/.bin/quint");
}

/** The files with tests, and their runs; those of imported modules are not theirs. */
function specifications(root: string): Map<string, string[]> {
  const names = fs.readdirSync(path.join(root, "tests"), { recursive: true })
    .map((name) => `tests/${name}`.replaceAll("\\", "/"))
    .filter((name) => name.endsWith("Test.qnt"))
    .toSorted();
  return new Map(names.map((name) => {
    const text = fs.readFileSync(path.join(root, name), "utf8");
    const runs = [...text.matchAll(/^\s*run (\w+Test)\b/gm)]
      .map(([, run]) => run!);
    return [name, runs];
  }));
}

function write(root: string, quint: string, scratch: string): void {
  fs.mkdirSync(OUT, { recursive: true });
  for (const [name, runs] of specifications(root)) {
    const out = path.join(scratch, "{test}.itf.json");
    execFileSync(quint, [
      ...["test", "--backend=typescript", "--max-samples", "1"],
      ...["--seed", SEED, "--out-itf", out, name],
    ], { cwd: root, stdio: "inherit" });
    const kept = runs.map((run) => {
      const file = out.replace("{test}", run);
      const trace = JSON.parse(fs.readFileSync(file, "utf8"));
      return [run, runOf(statesOf(trace))];
    });
    const file = new URL(`${path.basename(name, ".qnt")}.json`, OUT);
    const text = { specification: name, runs: Object.fromEntries(kept) };
    fs.writeFileSync(file, JSON.stringify(text, null, 2) + "\n");
  }
}

const [malachite] = Deno.args;
if (malachite === undefined) throw new Error("name a checkout of Malachite");
const found = execFileSync("git", ["-C", malachite, "rev-parse", "HEAD"], {
  encoding: "utf8",
}).trim();
if (found !== COMMIT) throw new Error(`${malachite} is not at ${COMMIT}`);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "quint-"));
try {
  const root = path.join(malachite, "specs/consensus/quint");
  write(root, installQuint(scratch), scratch);
  execFileSync(Deno.execPath(), ["fmt", "--quiet", OUT.pathname]);
} finally {
  fs.rmSync(scratch, { recursive: true });
}
