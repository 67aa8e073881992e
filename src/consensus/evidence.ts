import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Offence, offenceOf } from "../offence/mod.ts";
import {
  type Evidence,
  EvidenceSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { type History, HISTORY_HEIGHTS } from "./history.ts";
import type { Journal } from "./journal.ts";
import type { OffenceCheck } from "./offence.ts";

/** Pieces kept, their bytes, and the bytes of one: as `core-wasm/src/block.rs` and `evidence.rs` bound those of a block. */
const PIECES_MAX = 64;
const BYTES_MAX = 128 << 10;
const PIECE_BYTES_MAX = 40 << 10;
/** Pieces kept of one offender: nobody keeps others' out. */
const OFFENDER_MAX = 8;
/** How far an offence may be ahead of the height to be decided. */
const AHEAD_MAX = 16n;

interface Piece {
  bytes: Uint8Array;
  evidence: Evidence;
  offence: Offence;
}

export interface EvidencePoolOptions {
  history: History;
  offences: OffenceCheck;
  journal: Journal;
}

/**
 * Evidence that no block holds yet, one piece for each offence; the journal
 * holds it too. Beyond the bounds the newest is dropped.
 */
export class EvidencePool {
  readonly #pieces = new Map<string, Piece>();
  readonly #options: EvidencePoolOptions;
  #height = 1n;

  constructor(options: EvidencePoolOptions) {
    this.#options = options;
  }

  /** `height` is to be decided. Takes what the journal has kept since before a restart. */
  begin(height: bigint): void {
    const { journal } = this.#options;
    this.#height = height;
    for (const bytes of journal.evidence) {
      const piece = this.#read(bytes);
      if (piece) this.#pieces.set(piece.offence.name.toHex(), piece);
      else journal.dropEvidence(bytes);
    }
  }

  /** Takes an encoded `Evidence` that convicts somebody. Gives the offence where it is new. */
  add(bytes: Uint8Array): Offence | undefined {
    const piece = this.#read(bytes);
    if (!piece) return undefined;
    this.#pieces.set(piece.offence.name.toHex(), piece);
    this.#options.journal.addEvidence(bytes);
    return piece.offence;
  }

  /** What the block at `height` should hold. */
  waiting(height: bigint): Evidence[] {
    return [...this.#pieces.values()]
      .filter(({ offence }) => isInTime(offence, height))
      .map(({ evidence }) => evidence);
  }

  /** Whether a block at `height` may hold these. */
  allows(pieces: readonly Evidence[], height: bigint): boolean {
    const { history, offences } = this.#options;
    const names = new Set<string>();
    return pieces.every((piece) => {
      const offence = offenceOf(piece);
      if (!offence || names.has(offence.name.toHex())) return false;
      names.add(offence.name.toHex());
      return isInTime(offence, height) && !history.has(offence.name) &&
        offences.convicts(toBinary(EvidenceSchema, piece));
    });
  }

  /** The block at `height` is decided; the history knows what it holds. */
  settle(height: bigint): void {
    const { history, journal } = this.#options;
    this.#height = height + 1n;
    for (const [name, { bytes, offence }] of [...this.#pieces]) {
      if (!history.has(offence.name) && !isOver(offence, this.#height)) {
        continue;
      }
      this.#pieces.delete(name);
      journal.dropEvidence(bytes);
    }
  }

  /** Undefined where it convicts nobody, is known, or there is no room for it. */
  #read(bytes: Uint8Array): Piece | undefined {
    const { history, offences } = this.#options;
    const evidence = decode(bytes);
    const offence = evidence && offenceOf(evidence);
    if (!offence || history.has(offence.name)) return undefined;
    if (this.#pieces.has(offence.name.toHex())) return undefined;
    if (isOver(offence, this.#height)) return undefined;
    if (offence.height > this.#height + AHEAD_MAX) return undefined;
    if (!this.#hasRoom(bytes, offence)) return undefined;
    return offences.convicts(bytes) ? { bytes, evidence, offence } : undefined;
  }

  #hasRoom(bytes: Uint8Array, { validator }: Offence): boolean {
    const pieces = [...this.#pieces.values()];
    const who = validator.toHex();
    const ofSame = pieces.filter(({ offence }) =>
      offence.validator.toHex() === who
    );
    const sum = pieces.reduce((sum, one) => sum + one.bytes.length, 0);
    return pieces.length < PIECES_MAX && ofSame.length < OFFENDER_MAX &&
      sum + bytes.length <= BYTES_MAX;
  }
}

function decode(bytes: Uint8Array): Evidence | undefined {
  if (bytes.length > PIECE_BYTES_MAX) return undefined;
  try {
    return fromBinary(EvidenceSchema, bytes);
  } catch {
    return undefined;
  }
}

function isInTime(offence: Offence, height: bigint): boolean {
  return offence.height < height && !isOver(offence, height);
}

/** Whether the history may have forgotten that a block holds it. */
function isOver(offence: Offence, height: bigint): boolean {
  return offence.height + HISTORY_HEIGHTS <= height;
}
