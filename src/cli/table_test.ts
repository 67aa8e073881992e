import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { grouped, record, table } from "./table.ts";

Deno.test("a table aligns its columns under the head and has no borders", async () => {
  const text = await table(["Name", "Address"], [["alice", "rst1a"], [
    "b",
    "rst1b",
  ]]);
  assert.deepEqual(stripVTControlCharacters(text).split("\n"), [
    "Name   Address",
    "alice  rst1a",
    "b      rst1b",
  ]);
});

Deno.test("a record aligns its values", async () => {
  const text = await record([["a", 1n], ["long", "x"]]);
  assert.deepEqual(stripVTControlCharacters(text).split("\n"), [
    "a     1",
    "long  x",
  ]);
});

Deno.test("grouped() sets commas between thousands", () => {
  assert.deepEqual([0, 999, 1000, 1234567n].map(grouped), [
    "0",
    "999",
    "1,000",
    "1,234,567",
  ]);
});
