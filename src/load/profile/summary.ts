import { type Category, categoryOf } from "./categories.ts";
import {
  type CallNode,
  type CpuProfile,
  selfTimes,
  type Span,
} from "./cpu_profile.ts";

/** Where the time of one thread went. */
export interface ThreadProfile {
  /** As the operating system names it, too. */
  thread: string;
  /** Microseconds that it ran in the span. */
  ranUs: number;
  functions: FunctionTime[];
  categories: Map<Category, number>;
}

export interface FunctionTime {
  name: string;
  /** File and line, or the module of WebAssembly. */
  place: string;
  /** Microseconds in the function itself. */
  selfUs: number;
  category: Category;
}

/** Threads by where their code lies. */
const THREADS: readonly [RegExp, string][] = [
  [/\/src\/storage\//, "store"],
  [/\/src\/execution\//, "executor"],
  [/\/src\/network\//, "data plane"],
  [/\/src\/gateway\//, "gateway"],
];
/** Not running. */
const WAITING = new Set(["(idle)", "op_worker_maybe_wait_for_debugger"]);
const MAIN = "main";

/** Sums up one profile; `file` is its name. */
export function summarise(
  profile: CpuProfile,
  span: Span,
  file: string,
): ThreadProfile {
  const categoryOfNode = categorise(profile.nodes);
  const times = selfTimes(profile, span);
  const functions = new Map<string, FunctionTime>();
  const categories = new Map<Category, number>();
  let ranUs = 0;
  for (const node of profile.nodes) {
    const selfUs = times.get(node.id) ?? 0;
    const { functionName } = node.callFrame;
    if (selfUs === 0 || WAITING.has(functionName)) continue;
    ranUs += selfUs;
    const category = categoryOfNode.get(node.id)!;
    categories.set(category, (categories.get(category) ?? 0) + selfUs);
    const name = shortName(functionName);
    const place = placeOf(node);
    const key = `${name} ${place} ${category}`;
    const known = functions.get(key);
    if (known) known.selfUs += selfUs;
    else functions.set(key, { name, place, selfUs, category });
  }
  return {
    thread: threadOf(profile.nodes, file),
    ranUs,
    functions: [...functions.values()].sort((a, b) => b.selfUs - a.selfUs),
    categories,
  };
}

function threadOf(nodes: readonly CallNode[], file: string): string {
  const [, worker] = /worker-(\d+)\.cpuprofile$/.exec(file) ?? [];
  if (worker === undefined) return MAIN;
  const votes = THREADS.map(([folder, thread]) => ({
    thread,
    count: nodes.filter(({ callFrame: { url } }) => folder.test(url)).length,
  }));
  const most = votes.reduce((a, b) => b.count > a.count ? b : a);
  if (most.count > 0) return most.thread;
  return `worker ${worker}`;
}

/** What has no category of its own works for whoever called it. */
function categorise(nodes: readonly CallNode[]): Map<number, Category> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<number, Category>();
  const children = new Set(nodes.flatMap((node) => node.children ?? []));
  const open = nodes.filter(({ id }) => !children.has(id))
    .map((node) => ({ node, caller: "other" as Category }));
  for (let next; (next = open.pop());) {
    const { node, caller } = next;
    const category = categoryOf(node) ?? caller;
    found.set(node.id, category);
    for (const id of node.children ?? []) {
      open.push({ node: byId.get(id)!, caller: category });
    }
  }
  return found;
}

/** Without the hash that Rust's names end in, and what stands between the ends of a long one. */
function shortName(name: string): string {
  const bare = name.replace(/::h[0-9a-f]{16}$/, "")
    .replace(/\[[0-9a-f]{16}\]/g, "");
  return bare === "" ? "(anonymous)" : bare;
}

function placeOf({ callFrame: { url, lineNumber } }: CallNode): string {
  if (url === "") return "";
  if (url.startsWith("wasm:")) return "WebAssembly";
  const path = url.replace(/^.*\/npm\/[^/]+\//, "npm:")
    .replace(/^file:.*\/(src|core-wasm)\//, "$1/");
  return `${path}:${lineNumber + 1}`;
}
