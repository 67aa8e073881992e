import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import {
  type Proposal,
  ProposalSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { ProposedBlockSchema } from "../proto/gen/rustorium/v1/network_pb.ts";

/** A proposal with its block, as it came. */
export interface Proposed {
  /** The peer that sent it. */
  from: string;
  /** Milliseconds since the Unix epoch, by the own clock. */
  receivedMs: number;
  proposal: Proposal;
  /** Encoding of `proposal`. */
  signed: Uint8Array;
  /** Encoding of a `Block`, not looked at yet. */
  block: Uint8Array;
}

/** A `ProposedBlock` out of its encoded parts. */
export function encodeProposed(
  proposal: Uint8Array,
  block: Uint8Array,
): Uint8Array {
  return toBinary(
    ProposedBlockSchema,
    create(ProposedBlockSchema, {
      proposal: fromBinary(ProposalSchema, proposal),
      block: fromBinary(BlockSchema, block),
    }),
  );
}

/** Throws where it cannot be read. */
export function readProposed(
  from: string,
  message: Uint8Array,
  receivedMs: number,
): Proposed {
  const { proposal, block } = fromBinary(ProposedBlockSchema, message);
  if (!proposal || !block) throw new RangeError("a proposal without block");
  return {
    ...{ from, receivedMs, proposal },
    signed: toBinary(ProposalSchema, proposal),
    block: toBinary(BlockSchema, block),
  };
}
