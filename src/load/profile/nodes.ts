import { join } from "node:path";
import { parseCpuProfile, type Span } from "./cpu_profile.ts";
import { summarise, type ThreadProfile } from "./summary.ts";

/** Where the profiles of a node go. */
export function profileDirectory(directory: string, node: number): string {
  return join(directory, `node${node}`);
}

/** What makes `deno run` write the profile of every thread into `directory`, in order, when it ends. */
export function profileArgs(directory: string): string[] {
  return [
    `--preload=${new URL("./linger.ts", import.meta.url).pathname}`,
    "--cpu-prof",
    `--cpu-prof-dir=${directory}`,
  ];
}

/** Where the time of all threads of some nodes went; threads of one name together. */
export async function readProfiles(
  directory: string,
  nodes: number,
  span: Span,
): Promise<ThreadProfile[]> {
  const threads: ThreadProfile[] = [];
  for (let node = 0; node < nodes; node++) {
    const folder = profileDirectory(directory, node);
    for await (const { name } of Deno.readDir(folder)) {
      if (!name.endsWith(".cpuprofile")) continue;
      const text = await Deno.readTextFile(join(folder, name));
      threads.push(summarise(parseCpuProfile(text), span, name));
    }
  }
  return [...Map.groupBy(threads, ({ thread }) => thread).values()]
    .map(together).sort((a, b) => b.ranUs - a.ranUs);
}

function together(threads: ThreadProfile[]): ThreadProfile {
  const { thread } = threads[0]!;
  const all = threads.flatMap(({ functions }) => functions);
  const functions = [
    ...Map.groupBy(
      all,
      ({ name, place, category }) => `${name} ${place} ${category}`,
    ).values(),
  ].map((same) => ({
    ...same[0]!,
    selfUs: same.reduce((sum, { selfUs }) => sum + selfUs, 0),
  }));
  const categories: ThreadProfile["categories"] = new Map();
  for (const one of threads) {
    for (const [category, us] of one.categories) {
      categories.set(category, (categories.get(category) ?? 0) + us);
    }
  }
  return {
    ...{ thread, categories },
    ranUs: threads.reduce((sum, { ranUs }) => sum + ranUs, 0),
    functions: functions.sort((a, b) => b.selfUs - a.selfUs),
  };
}
