import { fromBinary } from "@bufbuild/protobuf";
import type { core } from "../core/mod.ts";
import type { Clock, Log, Network } from "../platform/types.ts";
import {
  type Vote,
  type VoteCertificate,
  VoteCertificateKind,
  VoteCertificateSchema,
  VoteSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { concat, equal, list } from "../bytes/mod.ts";
import { Channel } from "./channel.ts";
import { type Proposed, readProposed } from "./proposed.ts";
import { isMalformed, type Senders } from "./senders.ts";

/** Messages that wait; more are dropped, senders repeat them. */
const WAITING_MAX = 4_096;
const MESSAGE_BYTES_MAX = 1 << 20;

export interface InboxOptions {
  clock: Clock;
  network: Network;
  log: Log;
  /** The own address: own messages do not come from outside. */
  address: Uint8Array;
  senders: Senders;
  /** The height to be decided: the engine has no use for votes of earlier ones. */
  height: () => bigint;
  /** Runs `drain` after what is under way. */
  wake: () => void;
  /** Hears of every vote, of whatever height, before its signature is looked at; in a certificate others pass it on. */
  onVote: (from: string, vote: Vote, isCertified: boolean) => void;
  /** Hears that a peer is at a height. */
  onHeight: (from: string, height: bigint) => void;
}

type Input = (engine: core.Engine) => Uint8Array;

interface Waiting {
  channel: string;
  message: Uint8Array;
  proposed?: Proposed;
}

/** What has come since the last time. */
export interface Received {
  /** Votes and certificates for the engine. */
  inputs: Input[];
  proposals: Proposed[];
}

/** Messages of other validators on their way to the engine. Votes that wait together are checked together. */
export class Inbox {
  readonly #options: InboxOptions;
  #waiting: Waiting[] = [];

  constructor(options: InboxOptions) {
    this.#options = options;
    options.network.onMessage((from, channel, message) =>
      this.#receive(from, channel, message)
    );
  }

  /** Whether a validator has sent something of that height that waits here. */
  has(height: bigint): boolean {
    const { senders } = this.#options;
    return this.#waiting.some(({ channel, message, proposed }) =>
      senders.isSigned(channel, proposed?.signed ?? message, height)
    );
  }

  drain(): Received {
    const waiting = this.#waiting.splice(0);
    const of = (channel: string) =>
      waiting.filter((one) => one.channel === channel)
        .map((one) => one.message);
    const votes = of(Channel.vote);
    const inputs: Input[] = [];
    if (votes.length > 0) {
      inputs.push((engine) => this.#feedVotes(engine, votes));
    }
    for (const message of of(Channel.certificate)) {
      inputs.push((engine) =>
        this.tolerant(() => engine.onCertificate(message))
      );
    }
    const proposals = waiting.flatMap(({ proposed }) => proposed ?? []);
    return { inputs, proposals };
  }

  /** The effects of an input, none where it is malformed. */
  tolerant(feed: () => Uint8Array): Uint8Array {
    try {
      return feed();
    } catch (error) {
      return this.#drop(error);
    }
  }

  #receive(from: string, channel: string, message: Uint8Array): void {
    const count = this.#waiting.length;
    if (count >= WAITING_MAX || message.length > MESSAGE_BYTES_MAX) return;
    let waiting;
    try {
      waiting = this.#read(from, channel, message);
    } catch {
      this.#options.network.rate?.(from, "invalid");
      this.#options.log.debug("dropped a malformed message", { from, channel });
    }
    if (!waiting) return;
    this.#waiting.push(waiting);
    if (count === 0) this.#options.wake();
  }

  /** Of a known kind and not by ourselves. Throws where it cannot be read. */
  #read(
    from: string,
    channel: string,
    message: Uint8Array,
  ): Waiting | undefined {
    const { address, clock, height, onHeight, onVote } = this.#options;
    if (channel === Channel.vote) {
      const vote = fromBinary(VoteSchema, message);
      onVote(from, vote, false);
      onHeight(from, vote.height);
      const isUseful = vote.height >= height() &&
        !equal(vote.validator, address);
      return isUseful ? { channel, message } : undefined;
    }
    if (channel === Channel.proposal) {
      const proposed = readProposed(from, message, clock.now());
      const { proposer } = proposed.proposal;
      onHeight(from, proposed.proposal.height);
      return equal(proposer, address)
        ? undefined
        : { channel, message, proposed };
    }
    if (channel !== Channel.certificate) return undefined;
    const certificate = fromBinary(VoteCertificateSchema, message);
    for (const vote of certificate.votes) onVote(from, vote, true);
    onHeight(from, heightAfter(certificate));
    return { channel, message };
  }

  /** One malformed vote must not cost the others that came with it. */
  #feedVotes(engine: core.Engine, votes: Uint8Array[]): Uint8Array {
    try {
      return engine.onVotes(list(votes));
    } catch (error) {
      if (!isMalformed(error) || votes.length === 1) return this.#drop(error);
      const half = votes.length >> 1;
      const parts = [votes.slice(0, half), votes.slice(half)];
      const [first, second] = parts.map((part) =>
        this.#feedVotes(engine, part)
      );
      return concat(first!, second!);
    }
  }

  #drop(error: unknown): Uint8Array {
    if (!isMalformed(error)) throw error;
    this.#options.log.debug("dropped a malformed message", { error });
    return new Uint8Array();
  }
}

/** Where a sender of a certificate is: beyond its height, if it is of precommits for one block. */
function heightAfter({ kind, votes }: VoteCertificate): bigint {
  const [first] = votes;
  if (!first) return 0n;
  const isDecision = kind === VoteCertificateKind.PRECOMMIT &&
    first.blockId.length > 0 &&
    votes.every((vote) => equal(vote.blockId, first.blockId));
  return isDecision ? first.height + 1n : first.height;
}
