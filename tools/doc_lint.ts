/**
 * Says which symbols of mod.ts have no docstring: `deno run -A
 * tools/doc_lint.ts`. `deno doc --lint` asks for one on every property as
 * well, where a name and a type often say all.
 */
import process from "node:process";

interface Documentation {
  nodes: Record<
    string,
    { symbols: { name: string; declarations: Declaration[] }[] }
  >;
}

interface Declaration {
  location: { filename: string; line: number };
  jsDoc?: { doc?: string };
}

const ROOT = new URL("../", import.meta.url);
/** Documented in proto/, whose comments protoc-gen-es carries over. */
const GENERATED = "/src/proto/gen/";

/** Symbols without a docstring, as `name (file:line)`. */
function undocumented({ nodes }: Documentation): string[] {
  return Object.values(nodes).flatMap(({ symbols }) => symbols).flatMap(
    ({ name, declarations }) => {
      const [first] = declarations;
      if (!first || first.location.filename.includes(GENERATED)) return [];
      if (declarations.some(({ jsDoc }) => jsDoc?.doc)) return [];
      const file = first.location.filename.replace(ROOT.href, "");
      return [`${name} (${file}:${first.location.line})`];
    },
  );
}

const { stdout, success } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--json", "mod.ts"],
  cwd: ROOT,
  stderr: "inherit",
}).output();
const missing = success
  ? undocumented(JSON.parse(new TextDecoder().decode(stdout)))
  : ["mod.ts cannot be read"];
for (const name of missing) console.error(`no docstring: ${name}`);
process.exitCode = missing.length > 0 ? 1 : 0;
