import { fromBinary } from "@bufbuild/protobuf";
import {
  type Evidence,
  EvidenceSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";

/** Pieces kept, and pieces in one block: as `core-wasm/src/block.rs` bounds them. */
const PIECES_MAX = 64;

/** Evidence that the engine found and that no block holds yet; beyond the bound the newest is dropped. */
export class EvidencePool {
  readonly #pieces = new Map<string, Evidence>();

  add(pieces: readonly Uint8Array[]): void {
    for (const bytes of pieces) {
      if (this.#pieces.size >= PIECES_MAX) return;
      this.#pieces.set(bytes.toHex(), fromBinary(EvidenceSchema, bytes));
    }
  }

  /** What the next block should hold. */
  waiting(): Evidence[] {
    return [...this.#pieces.values()];
  }

  /** A decided block holds these. */
  remove(pieces: readonly Uint8Array[]): void {
    for (const bytes of pieces) this.#pieces.delete(bytes.toHex());
  }
}
