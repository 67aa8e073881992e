import assert from "node:assert/strict";
import { RustoriumError } from "../errors/mod.ts";
import { memoryFiles } from "./memory_files.ts";
import { createKeystore, type KeySources, resolveKey } from "./mod.ts";

const seed = new Uint8Array(32).fill(7);
const passphrase = "correct horse";

async function sources(
  disk: Record<string, string> = {},
): Promise<{ asked(): number } & KeySources> {
  const keystore = createKeystore(memoryFiles(), { workFactor: 2 });
  await keystore.add("alice", seed, passphrase);
  let asked = 0;
  return {
    asked: () => asked,
    keystore,
    readFile: (path) => Promise.resolve(disk[path]),
    passphrase() {
      asked++;
      return Promise.resolve(passphrase);
    },
  };
}

Deno.test("a KEY of 64 digits is the secret key itself, and no passphrase is asked for", async () => {
  const from = await sources();
  for (
    const key of [seed.toHex(), seed.toHex().toUpperCase(), `0x${seed.toHex()}`]
  ) {
    assert.deepEqual(await resolveKey(key, from), seed);
  }
  assert.equal(from.asked(), 0);
});

Deno.test("a KEY that is a keystore name opens with the passphrase", async () => {
  const from = await sources({ alice: "not this" });
  assert.deepEqual(await resolveKey("alice", from), seed);
  assert.equal(from.asked(), 1);
});

Deno.test("a KEY that is a path may hold digits, a validator key or an encrypted key", async () => {
  const files = memoryFiles();
  await createKeystore(files, { workFactor: 2 }).add("x", seed, passphrase);
  const from = await sources({
    "k.hex": `${seed.toHex()}\n`,
    "k.json": JSON.stringify({ secret_key: seed.toHex() }),
    "k.age": files.files.get("x")!,
  });
  for (const path of ["k.hex", "k.json", "k.age"]) {
    assert.deepEqual(await resolveKey(path, from), seed, path);
  }
});

Deno.test("what is no key is KEY_NOT_FOUND or KEY_MALFORMED", async () => {
  const from = await sources({
    "empty": "",
    "short": '{"secret_key":"00"}',
    "null": "null",
    "list": "[]",
  });
  const expected: Record<string, string> = {
    bob: "KEY_NOT_FOUND",
    "": "KEY_NOT_FOUND",
    [seed.toHex().slice(1)]: "KEY_MALFORMED",
    [`${seed.toHex()}00`]: "KEY_MALFORMED",
    empty: "KEY_MALFORMED",
    short: "KEY_MALFORMED",
    null: "KEY_MALFORMED",
    list: "KEY_MALFORMED",
  };
  for (const [key, name] of Object.entries(expected)) {
    await assert.rejects(
      resolveKey(key, from),
      (error) => error instanceof RustoriumError && error.codeName === name,
      key,
    );
  }
});
