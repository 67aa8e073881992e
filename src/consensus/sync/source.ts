import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  BlockSchema,
  CertifiedBlockSchema,
} from "../../proto/gen/rustorium/v1/block_pb.ts";
import { CommitCertificateSchema } from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import type { Batches } from "../batches/mod.ts";
import { u64 } from "../../bytes/mod.ts";
import { Topic } from "../channel.ts";
import type { Judge, WholeBlock } from "../judge.ts";
import type { Piece, Reading, Transfer } from "../transfer/mod.ts";

/** About what a block without its batches has. */
const BLOCK_BYTES = 16 << 10;

export interface SourceOptions {
  transfer: Transfer;
  judge: Judge;
  batches: Batches;
}

/** A block that two thirds signed, with its batches stored here. */
export interface CertifiedBlock {
  height: bigint;
  whole: WholeBlock;
  /** Encoding of `rustorium.v1.Block`. */
  block: Uint8Array;
  /** Encoding of `rustorium.v1.CommitCertificate`. */
  certificate: Uint8Array;
}

/** A block, those that may have it, and what becomes of those that have not. */
export interface WantedBlock
  extends Pick<Piece<unknown>, "peers" | "onWithout"> {
  height: bigint;
  /** Its certificate is here; batches of it may still be on their way. */
  onProven: () => void;
}

/** Gets a certified block. Undefined where nobody gave it; rejects with the signal's reason, and with what keeps this node from keeping it. */
export async function getBlock(
  { transfer, judge, batches }: SourceOptions,
  { height, onProven, ...owners }: WantedBlock,
  signal: AbortSignal,
): Promise<CertifiedBlock | undefined> {
  const found = await transfer.get<{ certified: CertifiedBlock; from: string }>(
    {
      ...owners,
      ...{ topic: Topic.block, body: u64(height), bytes: BLOCK_BYTES },
      read: (answer, from) => {
        const reading = readBlock(judge, height, answer);
        return typeof reading === "object"
          ? { value: { certified: reading.value, from } }
          : reading;
      },
    },
    signal,
  );
  if (!found) return undefined;
  onProven();
  const { certified, from } = found;
  const named = certified.whole.block.batches;
  await batches.obtain(named, { from, height, signal });
  return certified;
}

function readBlock(
  judge: Judge,
  height: bigint,
  answer: Uint8Array,
): Reading<CertifiedBlock> {
  if (answer.length === 0) return "absent";
  let certified;
  try {
    const { block, certificate } = fromBinary(CertifiedBlockSchema, answer);
    if (!block || !certificate) return "wrong";
    certified = {
      block: toBinary(BlockSchema, block),
      certificate: toBinary(CommitCertificateSchema, certificate),
    };
  } catch {
    return "wrong";
  }
  const whole = judge.read(certified.block);
  if (!whole || whole.header.height !== height) return "wrong";
  return judge.isCertified(height, whole.blockId, certified.certificate)
    ? { value: { height, whole, ...certified } }
    : "wrong";
}
