import assert from "node:assert/strict";
import { allErrors, describe, ErrorCode, findError } from "./mod.ts";

const codes = Object.values(ErrorCode).filter((code): code is ErrorCode =>
  typeof code === "number" && code !== ErrorCode.UNSPECIFIED
);

Deno.test("every code of the schema has an entry, and no entry is without a code", () => {
  assert.deepEqual(
    allErrors().map((entry) => entry.code),
    codes.toSorted((a, b) => a - b),
  );
});

Deno.test("every sentence is one sentence, and every text is there in both languages", () => {
  for (const entry of allErrors()) {
    assert.match(entry.sentence, /^[A-Z].*\.$/, entry.name);
    assert.doesNotMatch(entry.sentence, /[.!?] [A-Z]/, entry.name);
    assert.doesNotMatch(entry.sentence, /[ぁ-んァ-ン一-龥]/u, entry.name);
    assert.match(entry.remedy, /\.$/, entry.name);
    assert.match(entry.sentenceJa, /。$/, entry.name);
    assert.match(entry.remedyJa, /。$/, entry.name);
  }
});

Deno.test("no two codes share a sentence", () => {
  const sentences = allErrors().flatMap((
    entry,
  ) => [entry.sentence, entry.sentenceJa]);
  assert.equal(new Set(sentences).size, sentences.length);
});

Deno.test("findError() takes the number, the name, and the schema's name", () => {
  for (
    const key of [
      200,
      "200",
      "NONCE_USED",
      "nonce-used",
      "ERROR_CODE_NONCE_USED",
    ]
  ) {
    assert.equal(findError(key)?.name, "NONCE_USED", String(key));
  }
});

Deno.test("findError() knows nothing of what is not a code", () => {
  for (
    const key of [0, "0", "UNSPECIFIED", "toString", "", "9999", "-1", "1e2"]
  ) {
    assert.equal(findError(key), undefined, String(key));
  }
});

Deno.test("describe() answers for the code of a newer node", () => {
  assert.equal(describe(12345).name, "UNKNOWN_12345");
});
