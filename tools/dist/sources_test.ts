import assert from "node:assert/strict";
import fs from "node:fs";
import { importsUsed, sourcesIn } from "./sources.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

Deno.test("sourcesIn() gives the product without its tests", () => {
  const names = sourcesIn(ROOT);
  for (const name of ["main.ts", "src/execution/worker.ts", "web/index.html"]) {
    assert.ok(names.includes(name), name);
  }
  const tests = names.filter((name) => /_test\.|testing/.test(name));
  assert.deepEqual(tests, []);
});

Deno.test("sourcesIn() leaves nothing out that the rest imports", () => {
  const names = new Set(sourcesIn(ROOT));
  const missing = [...names].filter((name) => /\.ts$/.test(name)).flatMap(
    (name) => {
      const text = fs.readFileSync(ROOT + name, "utf8");
      return [...text.matchAll(/\bfrom "(\.[^"]+\.(?:ts|js))"/g)]
        .map(([, to]) => new URL(to!, `file:///${name}`).pathname.slice(1))
        .filter((to) => !names.has(to)).map((to) => `${name}: ${to}`);
    },
  );
  assert.deepEqual(missing, []);
});

Deno.test("importsUsed() keeps the packages that are named, subpaths too", () => {
  const imports = { a: "npm:a@1", "@b/c": "npm:@b/c@1", ab: "npm:ab@1" };
  const texts = ['import "a/b";', 'const x = import.meta.resolve("@b/c");'];
  assert.deepEqual(importsUsed(imports, texts), {
    a: "npm:a@1",
    "@b/c": "npm:@b/c@1",
  });
});
