import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Channel } from "../../consensus/mod.ts";
import type { Network } from "../../platform/mod.ts";
import {
  type Block,
  BlockSchema,
  HeaderSchema,
} from "../../proto/gen/rustorium/v1/block_pb.ts";
import {
  type Proposal,
  ProposalSchema,
} from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import { ProposedBlockSchema } from "../../proto/gen/rustorium/v1/network_pb.ts";
import { join } from "../../bytes/mod.ts";
import { core } from "../core.ts";
import { over, type Wrap } from "./behaviour.ts";

type Signing = Pick<Wrap, "key" | "genesisHash">;

/** Changes a block before its proposer sends it. */
export type Lie = (block: Block) => void;

/** What a proposer may lie about. */
export const LIES: Record<string, Lie> = {
  "a state root that nobody else has": ({ header }) => {
    header!.stateRoot = new Uint8Array(32).fill(1);
  },
  "a time that has not come": ({ header }) => {
    header!.timeMs += 60_000n;
  },
  "a time long ago": ({ header }) => {
    header!.timeMs -= 60_000n;
  },
  "the turn of somebody else": ({ header }) => {
    header!.proposer = new Uint8Array(32).fill(1);
  },
  "another parent": ({ header }) => {
    header!.parent = new Uint8Array(32).fill(1);
  },
  "a batch that nobody has": (block) => {
    block.batches.push(new Uint8Array(32).fill(1));
  },
};

/** Lies about something else in each of its blocks. */
export function lyingAtRandom(network: Network, wrap: Wrap): Network {
  const lies = Object.values(LIES);
  return lying(network, wrap, (block) => {
    lies[wrap.random.integer(lies.length)]!(block);
  });
}

/** Proposes other blocks than it made. None of them is decided, and the rounds of others go on. */
export function lying(
  network: Network,
  { key, genesisHash }: Wrap,
  lie: Lie,
): Network {
  return over(network, {
    broadcast: (channel, message) => {
      const sent = channel === Channel.proposal
        ? changed(message, lie, { key, genesisHash })
        : message;
      network.broadcast(channel, sent);
    },
  });
}

function changed(message: Uint8Array, lie: Lie, wrap: Signing): Uint8Array {
  const { proposal, block } = fromBinary(ProposedBlockSchema, message);
  if (proposal!.polRoundPlusOne > 0) return message;
  const other = fromBinary(BlockSchema, toBinary(BlockSchema, block!));
  lie(other);
  other.header!.batchRoot = core.listRoot(
    join(other.batches),
    new Uint32Array(other.batches.length).fill(32),
  );
  const blockId = core.blockId(toBinary(HeaderSchema, other.header!));
  return toBinary(
    ProposedBlockSchema,
    create(ProposedBlockSchema, {
      proposal: signed({ ...proposal!, blockId }, wrap),
      block: other,
    }),
  );
}

function signed(proposal: Proposal, { key, genesisHash }: Signing): Proposal {
  const bytes = toBinary(ProposalSchema, {
    ...proposal,
    signature: new Uint8Array(),
  });
  const signature = core.signWith(
    key.seed,
    core.proposalSignBytes(genesisHash, bytes),
  );
  return { ...proposal, signature };
}
