import { createHash } from "node:crypto";

/** SHA-256 by the runtime, for checks of what lies on this machine only: what nodes agree on is hashed by the core. */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
