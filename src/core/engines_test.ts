/** Batches of signatures where the engine compiles in other ways, or lacks fused multiply-add. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createCore, loadCoreModule } from "./mod.ts";

const VECTORS = fileURLToPath(new URL("./vectors_test.ts", import.meta.url));
const BACKEND = `
import { createCore, loadCoreModule } from "${new URL(
  "./mod.ts",
  import.meta.url,
)}";
console.log(createCore(await loadCoreModule("fast")).signatureBackend());
`;

async function deno(args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  assert.ok(success, text.decode(stdout) + text.decode(stderr));
  return text.decode(stdout).trim();
}

const vectors = (flag: string) =>
  deno(["test", "-A", "--quiet", `--v8-flags=${flag}`, VECTORS]);
const backend = (flag: string) =>
  deno(["eval", "--ext=ts", `--v8-flags=${flag}`, BACKEND]);

for (const flag of ["--liftoff-only", "--no-liftoff"]) {
  Deno.test(`the vectors hold and the backend is the same under ${flag}`, async () => {
    const usual = createCore(await loadCoreModule("fast")).signatureBackend();
    assert.equal(await backend(flag), usual);
    await vectors(flag);
  });
}

Deno.test({
  name:
    "an engine that does not fuse multiply-add has batches checked by integers",
  // Elsewhere every machine fuses, and V8 has no such switch.
  ignore: Deno.build.arch !== "x86_64",
  fn: async () => {
    const flag = "--no-enable-fma3";
    assert.equal(await backend(flag), "integer");
    await vectors(flag);
  },
});
