import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type Evidence,
  EvidenceSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { type History, HISTORY_HEIGHTS } from "./history.ts";
import { heightOf, type OffenceCheck } from "./offence.ts";

/** Pieces kept, and pieces in one block: as `core-wasm/src/block.rs` bounds them. */
const PIECES_MAX = 64;

/** Evidence that no block holds yet; beyond the bound the newest is dropped. */
export class EvidencePool {
  readonly #pieces = new Map<string, Evidence>();
  readonly #history: History;
  readonly #offences: OffenceCheck;

  constructor(history: History, offences: OffenceCheck) {
    this.#history = history;
    this.#offences = offences;
  }

  /** Takes what convicts somebody. Gives whether there was something new. */
  add(pieces: readonly Uint8Array[]): boolean {
    let isNew = false;
    for (const bytes of pieces) {
      const name = bytes.toHex();
      if (this.#pieces.size >= PIECES_MAX || this.#pieces.has(name)) continue;
      const piece = fromBinary(EvidenceSchema, bytes);
      if (this.#history.has(bytes) || !this.#offences.convicts(piece)) continue;
      this.#pieces.set(name, piece);
      isNew = true;
    }
    return isNew;
  }

  /** What the block at `height` should hold. */
  waiting(height: bigint): Evidence[] {
    return [...this.#pieces.values()].filter((piece) => {
      const of = heightOf(piece);
      return of < height && of + HISTORY_HEIGHTS > height;
    });
  }

  /** Whether a block at `height` may hold these. */
  allows(pieces: readonly Evidence[], height: bigint): boolean {
    const encoded = pieces.map((one) => toBinary(EvidenceSchema, one));
    const names = new Set(encoded.map((bytes) => bytes.toHex()));
    return names.size === pieces.length &&
      !encoded.some((bytes) => this.#history.has(bytes)) &&
      pieces.every((piece) => {
        const of = heightOf(piece);
        return of < height && of + HISTORY_HEIGHTS > height &&
          this.#offences.convicts(piece);
      });
  }

  /** The block at `height` is decided and holds these. */
  settle(height: bigint, pieces: readonly Uint8Array[]): void {
    for (const bytes of pieces) this.#pieces.delete(bytes.toHex());
    for (const [name, piece] of [...this.#pieces]) {
      if (heightOf(piece) + HISTORY_HEIGHTS <= height) {
        this.#pieces.delete(name);
      }
    }
  }
}
