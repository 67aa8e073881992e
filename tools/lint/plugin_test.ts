import assert from "node:assert/strict";
import plugin from "./plugin.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Messages of our rules for a source text that would stand at a path of the repository. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, ROOT + path, source).map((found) =>
    found.message
  );
}

Deno.test("outside-world refuses clocks, randomness, timers, files and sockets", () => {
  for (
    const source of [
      "Date.now()",
      "Date()",
      "new Date()",
      "Math.random()",
      "setTimeout(f, 1)",
      "globalThis.setInterval(f, 1)",
      "crypto.getRandomValues(b)",
      "performance.now()",
      "AbortSignal.timeout(1)",
      "Deno.openKv()",
      "Deno.readTextFile('x')",
      "fetch('x')",
      "new WebSocket('x')",
      "import fs from 'node:fs/promises'",
    ]
  ) {
    assert.equal(lint("src/execution/x.ts", source).length, 1, source);
  }
});

Deno.test("outside-world accepts what does not depend on the surroundings", () => {
  const source =
    "new Date(0); Math.max(1, 2); clock.now(); clearTimeout(t); crypto.subtle; Deno.errors.NotFound; import p from 'node:path'";
  assert.deepEqual(lint("src/execution/x.ts", source), []);
});

Deno.test("outside-world leaves the platform, tests and what is outside src alone", () => {
  assert.deepEqual(lint("src/platform/clock.ts", "Date.now()"), []);
  assert.deepEqual(lint("src/storage/x_test.ts", "Date.now()"), []);
  assert.deepEqual(lint("tools/x.ts", "Date.now()"), []);
});

Deno.test("outside-world gives a shell only its own exceptions", () => {
  assert.deepEqual(lint("src/gateway/x.ts", "Deno.serve(f)"), []);
  assert.equal(lint("src/gateway/x.ts", "Deno.openKv()").length, 1);
  assert.deepEqual(lint("src/client/x.ts", "fetch('x')"), []);
  assert.equal(lint("src/client/x.ts", "Deno.serve(f)").length, 1);
});

Deno.test("one-door refuses the inside of another folder", () => {
  for (
    const source of [
      "import { x } from '../storage/chunks.ts'",
      "export { x } from '../storage/chunks.ts'",
      "export * from '../storage/chunks.ts'",
      "await import('../storage/chunks.ts')",
    ]
  ) {
    assert.deepEqual(lint("src/gateway/x.ts", source), [
      "src/storage/chunks.ts is not the door of its folder",
    ]);
  }
});

Deno.test("one-door accepts doors, types, the own folder, generated code and packages", () => {
  const source = `import "../storage/mod.ts"; import "../storage/types.ts";
    import "./own.ts"; import "./own/deep.ts";
    import "../proto/gen/rustorium/v1/block_pb.ts"; import "zod";`;
  assert.deepEqual(lint("src/gateway/x.ts", source), []);
});

Deno.test("one-door lets tests, and only them, through a folder's door for tests", () => {
  const source = "import { x } from '../storage/testing/mod.ts'";
  assert.deepEqual(lint("src/gateway/x_test.ts", source), []);
  assert.equal(lint("src/gateway/x.ts", source).length, 1);
  const inside = "import { x } from '../storage/testing/chain.ts'";
  assert.equal(lint("src/gateway/x_test.ts", inside).length, 1);
});
