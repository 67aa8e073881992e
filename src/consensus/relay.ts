import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Network, Verdict } from "../platform/types.ts";
import {
  VoteCertificateSchema,
  VoteSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import type { Batches } from "./batches/mod.ts";
import { equal } from "../bytes/mod.ts";
import { Channel } from "./channel.ts";
import type { Judge } from "./judge.ts";
import { readProposed } from "./proposed.ts";
import type { Senders } from "./senders.ts";
import type { Validators } from "./validators.ts";

/** Votes and proposals that far behind help nobody. */
const BEHIND_MAX = 10n;

export interface RelayOptions {
  network: Network;
  senders: Senders;
  judge: Judge;
  batches: Batches;
  validators: Validators;
  /** The last decided height. */
  tip: () => bigint;
}

/**
 * Says which messages pass on from peer to peer: those of validators that are
 * not of the past. Nodes without stake pass them on as well.
 */
export function relayMessages(options: RelayOptions): void {
  const { network, batches } = options;
  const judges: Record<string, (message: Uint8Array) => Verdict> = {
    [Channel.vote]: (message) => judgeVote(options, message),
    [Channel.proposal]: (message) => judgeProposal(options, message),
    [Channel.certificate]: (message) => judgeCertificate(options, message),
    [Channel.held]: (message) => batches.isWord(message) ? "accept" : "reject",
  };
  for (const [channel, judge] of Object.entries(judges)) {
    network.relay(channel, (message) => {
      try {
        return judge(message);
      } catch {
        return "reject"; // It cannot be read.
      }
    });
  }
}

function judgeVote(options: RelayOptions, message: Uint8Array): Verdict {
  const { height } = fromBinary(VoteSchema, message);
  if (isPast(options, height)) return "ignore";
  return options.senders.isSigned(Channel.vote, message, height)
    ? "accept"
    : "reject";
}

/** Who the proposer of the round is, only those at its height know. */
function judgeProposal(options: RelayOptions, message: Uint8Array): Verdict {
  const { senders, judge } = options;
  const { proposal, signed, block } = readProposed("", message, 0);
  const { height, blockId } = proposal;
  if (isPast(options, height)) return "ignore";
  if (!senders.isSigned(Channel.proposal, signed, height)) return "reject";
  const whole = judge.read(block);
  return whole && equal(whole.blockId, blockId) ? "accept" : "reject";
}

function judgeCertificate(options: RelayOptions, message: Uint8Array): Verdict {
  const { senders, validators } = options;
  const { votes } = fromBinary(VoteCertificateSchema, message);
  const height = votes[0]?.height;
  if (height === undefined || votes.length > validators.count) return "reject";
  if (isPast(options, height)) return "ignore";
  const isSigned = votes.every((vote) =>
    senders.isSigned(Channel.vote, toBinary(VoteSchema, vote), height)
  );
  return isSigned ? "accept" : "reject";
}

function isPast({ tip }: RelayOptions, height: bigint): boolean {
  return height + BEHIND_MAX < tip();
}
