/** The door to everything outside of the node: real, and deterministic for simulation. */
export type * from "./types.ts";

export { boundedKv } from "./bounded_kv.ts";
export { faultyKv, type KvFaultPlan } from "./faulty_kv.ts";
export { sha256 } from "./hash.ts";
export { ioFault } from "./io_fault.ts";
export {
  addSizes,
  type CommitSize,
  commitSize,
  fitsOneCommit,
  KV_LIMITS,
} from "./kv_limits.ts";
export {
  LOG_LEVELS,
  type LogLevel,
  type LogLine,
  logTo,
  toJson,
} from "./log_line.ts";
export { connect, serve, sometime, transfer } from "./port.ts";

export { systemClock } from "./real/clock.ts";
export { type HomeLock, lockHome } from "./real/home_lock.ts";
export { databaseBytes, openDenoKv } from "./real/kv.ts";
export { stderrLog, type StderrLogOptions } from "./real/log.ts";
export { openLogFile } from "./real/log_file.ts";
export { loneNetwork } from "./real/network.ts";
export { systemRandom } from "./real/random.ts";
export { systemResolver } from "./real/resolver.ts";
export { seedSigner } from "./real/signer.ts";
export { nameThread, nextTurn, processors } from "./real/thread.ts";
export { verifyEd25519 } from "./real/verifier.ts";
export { type StartedWorker, startWorker } from "./real/worker.ts";

export { simClock, type SimClockOptions } from "./sim/clock.ts";
export {
  type Arrival,
  type End,
  Internet,
  type InternetOptions,
  type SimStream,
  type Socket,
  type Terms,
} from "./sim/internet/mod.ts";
export { MemoryDisk, memoryKv } from "./sim/kv.ts";
export { collectingLog } from "./sim/log.ts";
export { MemoryFile } from "./sim/log_file.ts";
export {
  type Carrier,
  type LinkOptions,
  type Parcel,
  SimNetwork,
} from "./sim/network.ts";
export { chance, seededRandom } from "./sim/random.ts";
export { Scheduler } from "./sim/scheduler.ts";
