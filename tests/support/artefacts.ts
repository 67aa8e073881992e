/** Both builds of the core, whatever this machine would choose. */
import {
  type CoreExports,
  type CoreFlavour,
  createCore,
  loadCoreModule,
} from "../../src/core/mod.ts";

export const FLAVOURS: CoreFlavour[] = ["fast", "compat"];

/** A fresh instance of one build. */
export async function coreOf(flavour: CoreFlavour): Promise<CoreExports> {
  return createCore(await loadCoreModule(flavour));
}
