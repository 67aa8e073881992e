import assert from "node:assert/strict";
import { ErrorCode, RustoriumError } from "../errors/mod.ts";
import { createCore, loadCoreModule } from "./mod.ts";

const HASH = new Uint8Array(32);
const TIMEOUTS = new Uint32Array(7);

for (const flavour of ["fast", "compat"] as const) {
  Deno.test(`createCore() makes independent instances of the ${flavour} module`, async () => {
    const module = await loadCoreModule(flavour);
    const [one, other] = [createCore(module), createCore(module)];
    assert.notEqual(one.Engine, other.Engine);
    assert.deepEqual(
      one.hashOf(0x10, Uint8Array.of(1, 2, 3)),
      other.hashOf(0x10, Uint8Array.of(1, 2, 3)),
    );
  });

  Deno.test(`the ${flavour} module's errors carry code and detail`, async () => {
    const core = createCore(await loadCoreModule(flavour));
    assert.throws(
      () => core.addressDecode("nonsense"),
      (error) =>
        error instanceof RustoriumError &&
        error.code === ErrorCode.ADDRESS_MALFORMED,
    );
    assert.throws(
      () => new core.Engine(HASH, HASH, HASH, 1n, TIMEOUTS),
      (error) =>
        error instanceof RustoriumError &&
        error.code === ErrorCode.MESSAGE_MALFORMED,
    );
  });
}

Deno.test("entropy changes no verdict", async () => {
  const module = await loadCoreModule();
  const [plain, mixed] = [
    createCore(module),
    createCore(module, new Uint8Array(32).fill(7)),
  ];
  const seeds = Array.from({ length: 8 }, (_, index) => HASH.map(() => index));
  const messages = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);
  const lengths = new Uint32Array(8).fill(1);
  const keys = seeds.flatMap((seed) => [...plain.publicKeyOf(seed)]);
  const signatures = seeds.flatMap((seed, index) => [
    ...plain.signWith(seed, messages.subarray(index, index + 1)),
  ]);
  signatures[3 * 64]! ^= 1;
  for (const core of [plain, mixed]) {
    assert.deepEqual(
      [...core.verifySignatures(
        Uint8Array.from(keys),
        messages,
        lengths,
        Uint8Array.from(signatures),
      )],
      [1, 1, 1, 0, 1, 1, 1, 1],
    );
  }
});
