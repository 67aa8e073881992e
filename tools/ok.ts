/**
 * Says whether everything is fine: `deno task ok`. All checks run, even after
 * one failed, so that one run names all that is wrong.
 *
 *     deno task ok [NAME…]        # only the steps named
 */
import process from "node:process";

interface Step {
  name: string;
  /** Arguments of `deno`. */
  args: string[];
  folder?: string;
}

const buf = ["run", "-A", "@bufbuild/buf/bin/buf"];

const STEPS: Step[] = [
  { name: "format", args: ["fmt", "--check", "--quiet"] },
  { name: "lint", args: ["lint", "--quiet"] },
  {
    name: "types",
    args: ["check", "--quiet", "main.ts", "mod.ts", "src", "tools", "tests"]
      .concat("bench"),
  },
  { name: "docs", args: ["run", "-A", "tools/doc_lint.ts"] },
  { name: "schema", args: [...buf, "lint"], folder: "proto" },
  {
    name: "schema-breaking",
    args: [...buf, "breaking", "--against", "baseline.binpb"],
    folder: "proto",
  },
  { name: "proto", args: ["run", "-A", "tools/check_proto.ts"] },
  { name: "errors", args: ["run", "-A", "tools/errors_doc.ts", "--check"] },
  {
    name: "configuration",
    args: ["run", "-A", "tools/config_doc.ts", "--check"],
  },
  {
    name: "performance",
    args: ["run", "-A", "tools/performance.ts", "--check"],
  },
  { name: "core", args: ["run", "-A", "tools/check_core.ts"] },
  { name: "tests", args: ["task", "--quiet", "test"] },
];

async function run({ name, args, folder }: Step): Promise<boolean> {
  const start = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder,
  }).spawn().status;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.error(`${success ? "ok  " : "FAIL"} ${name} (${seconds} s)`);
  return success;
}

const wanted = STEPS.filter(({ name }) =>
  Deno.args.length === 0 || Deno.args.includes(name)
);
const failed: string[] = [];
for (const step of wanted) if (!await run(step)) failed.push(step.name);
if (failed.length > 0) console.error(`not fine: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 || wanted.length === 0 ? 1 : 0;
