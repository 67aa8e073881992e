import type { BatchRefusal } from "../../execution/types.ts";
import { ErrorCode } from "../../errors/mod.ts";
import type { Log } from "../../platform/types.ts";
import type { BatchFacts } from "./entry.ts";

/** Digests of invalid batches that are remembered, the latest. */
const DIGESTS_MAX = 1_024;
/** Heights for which the author of an invalid batch is not listened to. */
const MUTED_HEIGHTS = 64n;

export interface RefusedBatchesOptions {
  log: Log;
  /** The height to be decided. */
  height: () => bigint;
  /** Hears of evidence against an author. */
  onEvidence: (evidence: Uint8Array) => void;
}

/** Batches that their authors made invalid, and these authors, whose word costs nobody else any work for a while. */
export class RefusedBatches {
  readonly #options: RefusedBatchesOptions;
  readonly #digests = new Set<string>();
  /** Only validators sign batches, so it is no larger than their set. */
  readonly #muted = new Map<string, bigint>();

  constructor(options: RefusedBatchesOptions) {
    this.#options = options;
  }

  has(digest: Uint8Array): boolean {
    return this.#digests.has(digest.toHex());
  }

  isMuted(author: Uint8Array): boolean {
    const until = this.#muted.get(author.toHex());
    return until !== undefined && this.#options.height() < until;
  }

  mute(author: Uint8Array): void {
    this.#muted.set(author.toHex(), this.#options.height() + MUTED_HEIGHTS);
  }

  /** The author signed for what is wrong with this one. */
  add(
    digest: Uint8Array,
    { author, sequence }: BatchFacts,
    { code, evidence }: BatchRefusal,
  ): void {
    const { log, onEvidence } = this.#options;
    const [oldest] = this.#digests;
    if (oldest && this.#digests.size >= DIGESTS_MAX) {
      this.#digests.delete(oldest);
    }
    this.#digests.add(digest.toHex());
    this.mute(author);
    log.warn("refused a batch that its author made invalid", {
      author: author.toHex(),
      sequence,
      digest: digest.toHex(),
      fault: ErrorCode[code],
      isProven: evidence !== undefined,
    });
    if (evidence) onEvidence(evidence);
  }
}
