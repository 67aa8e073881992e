import { type CoreExports, createCore, loadCoreModule } from "../core/mod.ts";

/** The compiled core, of which each simulated node has instances of its own. */
export const module = await loadCoreModule();

/** What the simulator itself hashes, signs and checks with. */
export const core = createCore(module);

export interface TestKey {
  seed: Uint8Array;
  publicKey: Uint8Array;
}

/** The key of a number. */
export function testKey(core: CoreExports, number: number): TestKey {
  const seed = new Uint8Array(32).fill(number);
  return { seed, publicKey: core.publicKeyOf(seed) };
}
