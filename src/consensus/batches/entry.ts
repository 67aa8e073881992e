import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { BATCH_VALID_BLOCKS, type CoreExports } from "../../core/mod.ts";
import {
  type BatchHeader,
  BatchHeaderSchema,
  BatchSchema,
} from "../../proto/gen/rustorium/v1/batch_pb.ts";

/** What is known of a batch besides its transactions. */
export type BatchFacts = Pick<
  BatchHeader,
  "author" | "sequence" | "validUntil" | "payloadBytes" | "transactionCount"
>;

/** A batch as it came, which nobody has checked yet. */
export interface NamedBatch {
  digest: Uint8Array;
  facts: BatchFacts;
  /** Encoding of `rustorium.v1.Batch`. */
  batch: Uint8Array;
}

/** Undefined where it is none. */
export function readBatch(
  core: Pick<CoreExports, "batchDigest">,
  batch: Uint8Array,
): NamedBatch | undefined {
  try {
    const { header } = fromBinary(BatchSchema, batch);
    if (!header) return undefined;
    const digest = core.batchDigest(toBinary(BatchHeaderSchema, header));
    return { digest, facts: header, batch };
  } catch {
    return undefined;
  }
}

/** Whether a block at `height` may name it: not later, and not so early that it could be named again when forgotten. */
export function isInTime({ validUntil }: BatchFacts, height: bigint): boolean {
  return validUntil >= height && validUntil <= height + BATCH_VALID_BLOCKS;
}
