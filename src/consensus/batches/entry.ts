import { fromBinary } from "@bufbuild/protobuf";
import { BATCH_VALID_BLOCKS } from "../../core/mod.ts";
import {
  type BatchHeader,
  BatchSchema,
} from "../../proto/gen/rustorium/v1/batch_pb.ts";

/** What is known of a batch besides its transactions. */
export type BatchFacts = Pick<
  BatchHeader,
  "author" | "sequence" | "validUntil" | "payloadBytes" | "transactionCount"
>;

/** Of an encoded `Batch`; throws where it cannot be read. */
export function readFacts(batch: Uint8Array): BatchFacts {
  const { header } = fromBinary(BatchSchema, batch);
  if (!header) throw new RangeError("a batch without header");
  return header;
}

/** Whether a block at `height` may name it: not later, and not so early that it could be named again when forgotten. */
export function isInTime({ validUntil }: BatchFacts, height: bigint): boolean {
  return validUntil >= height && validUntil <= height + BATCH_VALID_BLOCKS;
}
