import type { SourceFile } from "./tree.ts";

const IMPORT = /(?:^|\n)(?:import|export)\s[^;"]*?from\s+"(\.[^"]+)"/g;

/** Relative imports of a TypeScript file, as paths from the root. Type-only ones are left out: they do not run. */
export function importsOf({ path, text }: SourceFile): string[] {
  return [...text.matchAll(IMPORT)]
    .filter(([statement]) => !/^\s*(import|export)\s+type\s/.test(statement))
    .map(([, specifier]) =>
      new URL(specifier ?? "", `file:///${path}`).pathname.slice(1)
    );
}

const folderOf = (path: string) => /^src\/([^/]+)\//.exec(path)?.[1];

/** Which folders of `src/` each folder imports. */
export function folderGraph(files: SourceFile[]): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const file of files) {
    const from = folderOf(file.path);
    if (!from || !/\.tsx?$/.test(file.path)) continue;
    if (/(_test\.ts|\/testing\/.*)$/.test(file.path)) continue;
    const targets = graph.get(from) ?? new Set();
    graph.set(from, targets);
    for (const target of importsOf(file).map(folderOf)) {
      if (target && target !== from) targets.add(target);
    }
  }
  return graph;
}

/** One cycle of a graph, first node repeated at the end; undefined when there is none. */
export function findCycle(
  graph: ReadonlyMap<string, ReadonlySet<string>>,
): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, trail: string[]): string[] | undefined => {
    if (trail.includes(node)) {
      return [...trail.slice(trail.indexOf(node)), node];
    }
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...trail, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}
