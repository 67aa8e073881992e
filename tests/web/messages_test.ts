import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { messages } from "../../web/messages.js";

const WEB = new URL("../../web/", import.meta.url);
const catalogue = messages as Record<string, Record<string, string>>;
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].sort();

Deno.test("every language has every text, with the same figures in it", () => {
  const { en = {}, ...others } = catalogue;
  for (const [language, texts] of Object.entries(others)) {
    assert.deepEqual(Object.keys(texts), Object.keys(en), language);
    for (const [key, text] of Object.entries(en)) {
      assert.deepEqual(
        placeholders(texts[key] ?? "").map(String),
        placeholders(text).map(String),
        `${language} ${key}`,
      );
    }
  }
});

Deno.test("every text that the page asks for is in the catalogue, and the other way round", async () => {
  const files = (await readdir(WEB, { recursive: true }))
    .filter((name) => name.endsWith(".js") && name !== "messages.js");
  const sources = (await Promise.all(
    files.map((name) => readFile(new URL(name, WEB), "utf8")),
  )).join("\n");
  const asked = [...sources.matchAll(/\bt\(\s*"(\w+)"/g)].map(([, key]) => key);
  const known = Object.keys(catalogue.en ?? {});
  assert.deepEqual(asked.filter((key) => !known.includes(key ?? "")), []);
  const quoted = known.filter((key) => !new RegExp(`"${key}"`).test(sources));
  assert.deepEqual(quoted, ["language"], "texts that nothing asks for");
});
