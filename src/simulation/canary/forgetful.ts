import type { LogFile } from "../../platform/mod.ts";
import { type Hardware, HEALTHY } from "../faults/hardware.ts";

/** A machine whose disk says that log entries are flushed and keeps none of them: what was signed is forgotten with the next crash. */
export function forgetful(): Hardware {
  return { ...HEALTHY, file: () => memory() };
}

function memory(): LogFile {
  return {
    read: () => Promise.resolve(new Uint8Array()),
    append: () => Promise.resolve(),
    sync: () => Promise.resolve(),
    truncate: () => Promise.resolve(),
    replace: () => Promise.resolve(),
    close: () => undefined,
  };
}
