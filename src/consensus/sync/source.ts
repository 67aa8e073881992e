import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Network } from "../../platform/types.ts";
import {
  BlockSchema,
  CertifiedBlockSchema,
} from "../../proto/gen/rustorium/v1/block_pb.ts";
import { CommitCertificateSchema } from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import type { Batches } from "../batches/mod.ts";
import { u64 } from "../../bytes/mod.ts";
import { Topic } from "../channel.ts";
import type { Judge, WholeBlock } from "../judge.ts";

const REQUEST_TIMEOUT_MS = 2_000;

export interface SourceOptions {
  network: Network;
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

/** Asks a peer for a certified block. Undefined where it has none or gave something else; rejects as requests do. */
export async function askFor(
  { network, judge, batches }: SourceOptions,
  peer: string,
  height: bigint,
  signal: AbortSignal,
): Promise<CertifiedBlock | undefined> {
  const answer = await network.request(
    peer,
    Topic.block,
    u64(height),
    REQUEST_TIMEOUT_MS,
  );
  if (answer.length === 0) return undefined;
  const { block, certificate } = fromBinary(CertifiedBlockSchema, answer);
  if (!block || !certificate) return undefined;
  const certified = {
    block: toBinary(BlockSchema, block),
    certificate: toBinary(CommitCertificateSchema, certificate),
  };
  const whole = judge.read(certified.block);
  if (!whole || whole.header.height !== height) return undefined;
  const { blockId } = whole;
  if (!judge.isCertified(height, blockId, certified.certificate)) {
    return undefined;
  }
  await batches.obtain(block.batches, { from: peer, height, signal });
  return { height, whole, ...certified };
}
