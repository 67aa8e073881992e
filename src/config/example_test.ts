import assert from "node:assert/strict";
import {
  configSections,
  defaultConfig,
  exampleConfig,
  parseConfig,
} from "./mod.ts";

Deno.test("the example is accepted and says the defaults", () => {
  assert.deepEqual(parseConfig(exampleConfig(), "example"), defaultConfig());
});

Deno.test("the example has every key, and every key says what it is for in both languages", () => {
  const keys = configSections().flatMap((section) => section.fields);
  assert.ok(keys.length >= 30);
  for (const key of keys) {
    assert.match(exampleConfig(), new RegExp(`^${key.name} = `, "m"));
    assert.match(key.description, /\.$/, key.name);
    assert.match(key.descriptionJa, /。$/, key.name);
  }
});

Deno.test("no line of the example is wider than 80 letters", () => {
  for (const line of exampleConfig().split("\n")) {
    assert.ok(line.length <= 80, line);
  }
});
