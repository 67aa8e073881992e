import type { Kv, LogFile, Signer } from "../../platform/mod.ts";

/** The machine under a node in one life. What fails there is no fault of the node, which is to stop. */
export interface Hardware {
  kv(kv: Kv): Kv;
  file(file: LogFile): LogFile;
  signer(signer: Signer): Signer;
  /** The node is up. What comes before takes no time, as nothing else happens meanwhile. */
  begin?(): void;
  /** The life ends: nothing of it waits any more. */
  end?(): void;
  /** Whether something has failed: from then on the node may end. */
  readonly hasFailed: boolean;
  /** Whether the machine itself stands still: nothing of the node is left running. */
  readonly hasStopped: boolean;
}

/** A machine on which nothing fails. */
export const HEALTHY: Hardware = {
  kv: (kv) => kv,
  file: (file) => file,
  signer: (signer) => signer,
  hasFailed: false,
  hasStopped: false,
};
