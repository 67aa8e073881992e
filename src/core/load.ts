/** Finds the right module among the two that lie in the package. */

const PACKAGE = new URL("../../core-wasm/pkg/", import.meta.url);

/** A module of one function that uses relaxed SIMD. */
const RELAXED_SIMD = Uint8Array.fromHex(
  "0061736d010000000105016000017b030201000a0f010d004101fd0f4102fd0ffd80020b",
);

/** Which of the two artefacts a host can run. */
export type CoreFlavour = "fast" | "compat";

/** `fast` where the host has relaxed SIMD. */
export function bestFlavour(): CoreFlavour {
  return WebAssembly.validate(RELAXED_SIMD) ? "fast" : "compat";
}

/**
 * The compiled core. Load it once per process and post it to workers: making
 * instances of it is cheap, compiling is not.
 */
export async function loadCoreModule(
  flavour: CoreFlavour = bestFlavour(),
): Promise<WebAssembly.Module> {
  const response = await fetch(
    new URL(`rustorium_core_${flavour}_bg.wasm`, PACKAGE),
  );
  if (!response.ok) {
    throw new Error(`${response.url} answered ${response.status}`);
  }
  return await WebAssembly.compile(await response.arrayBuffer());
}
