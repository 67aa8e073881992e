import assert from "node:assert/strict";
import { factory, factoryTypes } from "./glue.ts";
import { differences, hashFiles, sourceFiles } from "./manifest.ts";
import { ROOT } from "./paths.ts";

Deno.test("sourceFiles() names what goes into the package, by paths from the root", async () => {
  const files = await sourceFiles();
  for (
    const file of [
      "core-wasm/Cargo.lock",
      "core-wasm/src/lib.rs",
      "proto/rustorium/v1/block.proto",
      "tools/malachite-no-clock.patch",
      "tools/bind/src/main.rs",
      "tools/core/glue.ts",
    ]
  ) assert.ok(files.includes(file), file);
  assert.ok(!files.some((file) => file.endsWith("_test.ts")));
  assert.deepEqual(files, files.toSorted());
});

Deno.test("differences() names files that changed, came or went", async () => {
  const hashes = await hashFiles(ROOT, ["deno.json", "proto/buf.yaml"]);
  assert.deepEqual(differences(hashes, hashes), []);
  assert.deepEqual(
    differences(hashes, { "deno.json": "00", "new.rs": "00" }),
    ["deno.json", "new.rs", "proto/buf.yaml"],
  );
});

Deno.test("factory() makes an instance for each call out of glue that keeps one", async () => {
  const glue = `let wasm_bindgen = (function(exports) {
  let module;
  exports.initSync = (given) => { module = given.module; };
  exports.module = () => module;
  return exports;
})({});`;
  const url = `data:text/javascript,${encodeURIComponent(factory(glue))}`;
  const { createCore } = await import(url);
  const [one, other] = [createCore("one"), createCore("other")];
  assert.deepEqual([one.module(), other.module()], ["one", "other"]);
});

Deno.test("factoryTypes() refuses types that it does not know", () => {
  assert.throws(() => factoryTypes("export function something(): void;"));
});
