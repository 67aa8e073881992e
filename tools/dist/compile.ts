import path from "node:path";

/** What is read while it runs, without an import. */
const FILES = ["web", "src/load/page", "core-wasm/pkg", "node_modules"];
/** Longest wait for the base binary. */
const PATIENCE_MS = 60_000;

/**
 * `deno compile` of a node that was laid out. Its base binary comes from Deno's own
 * server, or from the file that DENORT_BIN names. Gives why there is no result.
 */
export async function compile(
  app: string,
  file: string,
): Promise<string | undefined> {
  const workers = await Array.fromAsync(workersIn(path.join(app, "src")));
  const include = [...workers, ...FILES]
    .flatMap((name) => ["--include", name]);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["compile", "-A", "--no-check", ...include, "-o", file, "main.ts"],
    cwd: app,
    env: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const { success, stderr } = await child.output();
  if (success) return undefined;
  return refusalOf(new TextDecoder().decode(stderr));
}

/** What Deno says, in one sentence: the innermost of its causes. */
function refusalOf(stderr: string): string {
  const said = stderr.split("Stack backtrace")[0] ?? "";
  const causes = [...said.matchAll(/^(?:error:|\s+\d+:) (.+)$/gm)];
  const cause = causes.at(-1)?.[1] ?? "it did not end in time";
  return `deno compile failed (${cause}). Where its base binary cannot be downloaded, name one with DENORT_BIN.`;
}

/** Modules that only `new Worker` names, so that no import leads to them. */
async function* workersIn(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory) yield* workersIn(file);
    else if (/(^|_)worker\.ts$/.test(entry.name)) yield file;
  }
}
