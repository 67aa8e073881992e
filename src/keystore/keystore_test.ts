import assert from "node:assert/strict";
import { createWallet } from "../client/mod.ts";
import { RustoriumError } from "../errors/mod.ts";
import { createKeystore } from "./mod.ts";
import { memoryFiles } from "./memory_files.ts";

const fast = { workFactor: 2 };
const seed = new Uint8Array(32).fill(7);
const passphrase = "correct horse";

function rejectsWith(name: string) {
  return (error: unknown) => {
    assert.ok(error instanceof RustoriumError, String(error));
    assert.equal(error.codeName, name, error.message);
    return true;
  };
}

Deno.test("a key comes back with its passphrase, and its file does not hold it in clear", async () => {
  const files = memoryFiles();
  const keystore = createKeystore(files, fast);
  const entry = await keystore.add("alice", seed, passphrase);
  assert.equal(entry.address, createWallet(seed).address);
  assert.deepEqual(await keystore.open("alice", passphrase), seed);
  const text = files.files.get("alice")!;
  assert.ok(text.includes(entry.address));
  assert.ok(!text.includes(seed.toHex()));
});

Deno.test("a wrong passphrase is PASSPHRASE_WRONG", async () => {
  const keystore = createKeystore(memoryFiles(), fast);
  await keystore.add("alice", seed, passphrase);
  await assert.rejects(
    keystore.open("alice", "correct house"),
    rejectsWith("PASSPHRASE_WRONG"),
  );
});

Deno.test("a name that is taken is KEY_EXISTS, and the first key stays", async () => {
  const keystore = createKeystore(memoryFiles(), fast);
  await keystore.add("alice", seed, passphrase);
  const other = new Uint8Array(32).fill(8);
  await assert.rejects(
    keystore.add("alice", other, passphrase),
    rejectsWith("KEY_EXISTS"),
  );
  assert.deepEqual(await keystore.open("alice", passphrase), seed);
});

Deno.test("names that could leave the directory or pass for a secret key are refused", async () => {
  const keystore = createKeystore(memoryFiles(), fast);
  for (
    const name of [
      "",
      "../x",
      "a/b",
      ".x",
      "-x",
      "a b",
      "a".repeat(65),
      seed.toHex(),
    ]
  ) {
    await assert.rejects(
      keystore.add(name, seed, passphrase),
      rejectsWith("USAGE"),
      name,
    );
    await assert.rejects(
      keystore.open(name, passphrase),
      rejectsWith("KEY_NOT_FOUND"),
      name,
    );
  }
});

Deno.test("a short passphrase is refused", async () => {
  const keystore = createKeystore(memoryFiles(), fast);
  await assert.rejects(
    keystore.add("alice", seed, "1234567"),
    rejectsWith("USAGE"),
  );
});

Deno.test("list() names every key with its address, sorted", async () => {
  const keystore = createKeystore(memoryFiles(), fast);
  await keystore.add("zoe", seed, passphrase);
  await keystore.add("alice", new Uint8Array(32).fill(8), passphrase);
  assert.deepEqual((await keystore.list()).map((entry) => entry.name), [
    "alice",
    "zoe",
  ]);
});

Deno.test("a damaged file is KEY_MALFORMED", async () => {
  const files = memoryFiles();
  const keystore = createKeystore(files, fast);
  await keystore.add("alice", seed, passphrase);
  const good = files.files.get("alice")!;
  const another = createWallet(new Uint8Array(32).fill(9)).address;
  const damaged = [
    "",
    "{",
    "null",
    good.slice(0, 60),
    good.replace("BEGIN AGE", "BEGIN EGA"),
    good.replace(/rst1[a-z0-9]+/, another),
  ];
  for (const text of damaged) {
    files.files.set("alice", text);
    await assert.rejects(
      keystore.open("alice", passphrase),
      rejectsWith("KEY_MALFORMED"),
      text,
    );
  }
});
