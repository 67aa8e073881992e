import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Channel } from "../../consensus/mod.ts";
import type { Network } from "../../platform/mod.ts";
import {
  type Vote,
  VoteSchema,
} from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import { core, type TestKey } from "../core.ts";
import { over, type Wrap } from "./behaviour.ts";

/** Tells some peers one vote and the others another one. Nothing else than one block a height is decided, and a block convicts it. */
export function equivocating(
  network: Network,
  { key, genesisHash }: Wrap,
): Network {
  return over(network, {
    broadcast: (channel, message) => {
      if (channel !== Channel.vote) return network.broadcast(channel, message);
      const vote = fromBinary(VoteSchema, message);
      const isOwn = vote.validator.toHex() === key.publicKey.toHex();
      const other = isOwn
        ? toBinary(VoteSchema, contrary(vote, key, genesisHash))
        : message;
      for (const [at, peer] of network.peers().toSorted().entries()) {
        network.send(peer, channel, at % 2 === 0 ? message : other);
      }
    },
  });
}

/** Nil where the vote is for a block, a block that nobody knows where it is nil. */
function contrary(vote: Vote, key: TestKey, genesisHash: Uint8Array): Vote {
  const blockId = vote.blockId.length > 0
    ? new Uint8Array()
    : new Uint8Array(32).fill(7);
  const other = create(VoteSchema, {
    ...vote,
    blockId,
    signature: new Uint8Array(),
  });
  const signed = core.voteSignBytes(genesisHash, toBinary(VoteSchema, other));
  return create(VoteSchema, {
    ...other,
    signature: core.signWith(key.seed, signed),
  });
}
