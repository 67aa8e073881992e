import { type CoreExports, createCore, loadCoreModule } from "../core/mod.ts";
import { sha256 } from "../platform/mod.ts";
import { join } from "../bytes/mod.ts";

/** The compiled core, of which each simulated node has instances of its own. */
export const module = await loadCoreModule();

/** What the simulator itself hashes, signs and checks with. */
export const core = createCore(module);

export interface TestKey {
  seed: Uint8Array;
  publicKey: Uint8Array;
}

/** The key of a number, each its own. */
export function testKey(core: CoreExports, number: number): TestKey {
  const seed = new Uint8Array(32).fill(number);
  if (number > 255) new DataView(seed.buffer).setUint32(0, number, true);
  return { seed, publicKey: core.publicKeyOf(seed) };
}

/** Signatures whose check is remembered. */
const CHECKED_MAX = 20_000;
const checked = new Map<string, boolean>();

/** An instance for a node. What one node has found out of a signature, the others need not compute again. */
export function nodeCore(): CoreExports {
  const own = createCore(module);
  return {
    ...own,
    verifySignature: (key, message, signature) => {
      const parts = [key, signature, message].map((one) =>
        Uint8Array.from(one)
      );
      const name = sha256(join(parts)).toHex();
      const known = checked.get(name);
      if (known !== undefined) return known;
      const isValid = own.verifySignature(key, message, signature);
      if (checked.size >= CHECKED_MAX) checked.clear();
      checked.set(name, isValid);
      return isValid;
    },
  };
}
