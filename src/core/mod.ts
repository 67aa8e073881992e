/** The one door to the WebAssembly core. */
export type { core, CoreExports } from "../../core-wasm/pkg/rustorium_core.js";
export { createCore } from "./create.ts";
export { bestFlavour, type CoreFlavour, loadCoreModule } from "./load.ts";
export { BATCH_VALID_BLOCKS, EPOCH_BLOCKS, EXECUTION_LAG } from "./protocol.ts";
