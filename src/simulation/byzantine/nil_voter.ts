import type { CoreExports } from "../../core/mod.ts";
import { overEngine } from "../engine.ts";

/** Where `onBlock` says whether the block is right, and whether it came with its certificate. */
const IS_VALID = 5;
const IS_SYNCED = 6;

/** Votes nil on every block of others, whatever it is. The others decide without its votes, and nobody convicts it. */
export function nilVoting(core: CoreExports): CoreExports {
  return overEngine(
    core,
    (method, args) =>
      method === "onBlock" && args[IS_SYNCED] !== true
        ? args.with(IS_VALID, false)
        : args,
  );
}
