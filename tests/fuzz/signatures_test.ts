/**
 * Batches of valid and odd signatures have the verdicts of the library that
 * checks them one by one, in both builds of the core. FUZZ_SIGNATURES sets how
 * many, FUZZ_SEED repeats a run.
 */
import assert from "node:assert/strict";
import type { CoreExports } from "../../src/core/mod.ts";
import { coreOf, FLAVOURS } from "../support/artefacts.ts";
import { concat } from "../../src/bytes/mod.ts";
import { SeededRandom } from "../support/random.ts";
import { Signatures, type Signed } from "./signatures.ts";

const SIGNATURES = Number(Deno.env.get("FUZZ_SIGNATURES") ?? 6_000);
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? Date.now() % 2 ** 31);

function together(core: CoreExports, batch: Signed[]): boolean[] {
  const verdicts = core.verifySignatures(
    concat(...batch.map(({ key }) => key)),
    concat(...batch.map(({ message }) => message)),
    Uint32Array.from(batch, ({ message }) => message.length),
    concat(...batch.map(({ signature }) => signature)),
  );
  return Array.from(verdicts, (verdict) => verdict === 1);
}

for (const flavour of FLAVOURS) {
  Deno.test(`batches in the ${flavour} build have the verdicts of their signatures alone`, async () => {
    const core = await coreOf(flavour);
    const backend = core.signatureBackend();
    const signatures = new Signatures(core, new SeededRandom(SEED));
    // Most stand in many batches.
    const known = new WeakMap<Signed, boolean>();
    const alone = (signed: Signed) => {
      const { key, message, signature } = signed;
      const verdict = known.get(signed) ??
        core.verifySignature(key, message, signature);
      known.set(signed, verdict);
      return verdict;
    };
    let [compared, valid] = [0, 0];
    while (compared < SIGNATURES) {
      const batch = signatures.batch();
      const expected = batch.map(alone);
      const where = `FUZZ_SEED=${SEED}, after ${compared} signatures`;
      assert.deepEqual(together(core, batch), expected, where);
      // The library was not asked in the arithmetic's place.
      assert.equal(core.signatureBackend(), backend, where);
      compared += batch.length;
      valid += expected.filter((verdict) => verdict).length;
    }
    assert.ok(valid > compared / 4 && valid < compared);
  });
}
