/** A crate that is linked into the WebAssembly package. */
export interface Crate {
  name: string;
  version: string;
  /** An SPDX expression. */
  licence: string;
  /** Where its sources lie in cargo's cache. */
  folder: string;
}

interface Metadata {
  packages: {
    id: string;
    name: string;
    version: string;
    license: string | null;
    manifest_path: string;
    targets: { kind: string[] }[];
  }[];
  resolve: {
    root: string;
    nodes: {
      id: string;
      deps: { pkg: string; dep_kinds: { kind: string | null }[] }[];
    }[];
  };
}

async function metadata(): Promise<Metadata> {
  const { stdout, success } = await new Deno.Command("cargo", {
    cwd: new URL("../../core-wasm", import.meta.url),
    args: ["metadata", "--format-version", "1", "--locked"]
      .concat("--filter-platform", "wasm32-unknown-unknown"),
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("cargo metadata failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Every crate that ordinary dependencies lead to; macros run at build time and are left out. */
export async function linkedCrates(): Promise<Crate[]> {
  const { packages, resolve } = await metadata();
  const byId = new Map(packages.map((one) => [one.id, one]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const found = new Set<string>();
  const follow = (id: string) => {
    for (const { pkg, dep_kinds } of nodes.get(id)?.deps ?? []) {
      const targets = byId.get(pkg)?.targets ?? [];
      const isMacro = targets.some(({ kind }) => kind.includes("proc-macro"));
      const isOrdinary = dep_kinds.some(({ kind }) => kind === null);
      if (found.has(pkg) || isMacro || !isOrdinary) continue;
      found.add(pkg);
      follow(pkg);
    }
  };
  follow(resolve.root);
  return [...found].flatMap((id) => {
    const crate = byId.get(id);
    if (!crate) return [];
    return {
      name: crate.name,
      version: crate.version,
      licence: crate.license ?? "see its repository",
      folder: crate.manifest_path.replace(/\/Cargo\.toml$/, ""),
    };
  }).sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
