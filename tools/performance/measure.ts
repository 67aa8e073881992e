import { fileURLToPath } from "node:url";
import type { BenchRow } from "../bench/rows.ts";
import type { NetworkFigures } from "./network.ts";
import type { Figures, WanFigures } from "./record.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SAID_CHARACTERS = 400;

/** Runs `load`. @throws Error with the end of what it said. */
export async function runLoad(args: readonly string[]): Promise<Figures> {
  const directory = await Deno.makeTempDir();
  try {
    const given = args.flatMap((arg) =>
      arg === "--profile" ? [arg, `${directory}/profile`] : [arg]
    );
    const text = await deno([
      "run",
      "-A",
      "main.ts",
      "load",
      "--json",
      ...given,
    ]);
    const figures = JSON.parse(text);
    delete figures.runs?.each;
    return figures;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Runs `simulate`. @throws Error with the end of what it said. */
export async function runWan(args: readonly string[]): Promise<WanFigures> {
  const text = await deno([
    "run",
    "-A",
    "main.ts",
    "simulate",
    "--json",
    "--once",
    ...args,
  ]);
  const { violations: _none, ...figures } = JSON.parse(text);
  return figures;
}

/** Runs all benchmarks. */
export async function runBenches(): Promise<BenchRow[]> {
  return JSON.parse(await deno(["run", "-A", "tools/bench.ts", "--json"]));
}

/** Runs one benchmark of the network. */
export async function runNetworkBench<Name extends keyof NetworkFigures>(
  name: Name,
): Promise<NetworkFigures[Name]> {
  return JSON.parse(await deno(["run", "-A", `bench/${name}.ts`]));
}

/** What it printed; what it says on standard error is shown as well. */
async function deno(args: string[]): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    ...{ args, cwd: ROOT, stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn();
  let said = "";
  const listening = (async () => {
    for await (
      const text of child.stderr.pipeThrough(new TextDecoderStream())
    ) {
      said = (said + text).slice(-SAID_CHARACTERS);
      await Deno.stderr.write(new TextEncoder().encode(text));
    }
  })();
  const [text, status] = await Promise.all([
    new Response(child.stdout).text(),
    child.status,
    listening,
  ]);
  if (!status.success) throw new Error(said.trim() || `code ${status.code}`);
  return text;
}
