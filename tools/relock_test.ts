import assert from "node:assert/strict";
import { withoutStubs } from "./relock.ts";
import { platformOf, versionOf } from "./relock_platform.ts";

Deno.test("platformOf() reads os and cpu from a package name", () => {
  assert.deepEqual(platformOf("@bufbuild/buf-darwin-arm64"), {
    os: "darwin",
    cpu: "arm64",
  });
  assert.deepEqual(platformOf("@x/y-linux-x64-musl"), {
    os: "linux",
    cpu: "x64",
  });
  assert.deepEqual(platformOf("z-wasm32-wasi"), { cpu: "wasm32" });
});

Deno.test("platformOf() refuses a package that is for every platform", () => {
  assert.throws(() => platformOf("zod"), /zod is missing/);
});

Deno.test("versionOf() takes the range off a version", () => {
  assert.equal(versionOf("^1.2.3"), "1.2.3");
  assert.equal(versionOf("1.2.3"), "1.2.3");
});

Deno.test("withoutStubs() drops a missing musl variant of linux-x64 and keeps the others", () => {
  const lock = {
    npm: {
      "a@1.0.0": { optionalDependencies: ["a-linux-x64-musl", "a-darwin-x64"] },
      "a-linux-x64-musl@1.0.0": {},
      "a-darwin-x64@1.0.0": {},
    },
    workspace: { dependencies: ["npm:a@1"], links: { "npm:a-darwin-x64": {} } },
  };
  const dropped = withoutStubs(
    lock,
    new Map([
      ["a-linux-x64-musl", { version: "1.0.0", os: "linux", cpu: "x64" }],
      ["a-darwin-x64", { version: "1.0.0", os: "darwin", cpu: "x64" }],
    ]),
  );
  assert.deepEqual(dropped, ["a-linux-x64-musl"]);
  assert.deepEqual<unknown>(lock, {
    npm: {
      "a@1.0.0": { optionalDependencies: ["a-darwin-x64"] },
      "a-darwin-x64@1.0.0": {},
    },
    workspace: { dependencies: ["npm:a@1"] },
  });
});
