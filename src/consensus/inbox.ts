import { fromBinary } from "@bufbuild/protobuf";
import type { core } from "../core/mod.ts";
import type { Log, Network } from "../platform/types.ts";
import {
  ProposalSchema,
  VoteCertificateSchema,
  VoteSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { concat, equal, list } from "./bytes.ts";
import { Channel } from "./channel.ts";
import { isMalformed, type Senders } from "./senders.ts";

/** Messages that wait; more are dropped, senders repeat them. */
const WAITING_MAX = 4_096;
const MESSAGE_BYTES_MAX = 1 << 20;

export interface InboxOptions {
  network: Network;
  log: Log;
  /** The own address: own messages do not come from outside. */
  address: Uint8Array;
  senders: Senders;
  /** Runs `drain` after what is under way. */
  wake: () => void;
}

type Input = (engine: core.Engine) => Uint8Array;

interface Waiting {
  channel: string;
  message: Uint8Array;
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
    return this.#waiting.some(({ channel, message }) =>
      senders.isSigned(channel, message, height)
    );
  }

  /** What has come since the last time, for the engine. */
  drain(): Input[] {
    const waiting = this.#waiting.splice(0);
    const of = (channel: string) =>
      waiting.filter((one) => one.channel === channel)
        .map((one) => one.message);
    const votes = of(Channel.vote);
    const inputs: Input[] = [];
    if (votes.length > 0) {
      inputs.push((engine) => this.#feedVotes(engine, votes));
    }
    for (const message of of(Channel.proposal)) {
      inputs.push((engine) => this.#tolerant(() => engine.onProposal(message)));
    }
    for (const message of of(Channel.certificate)) {
      inputs.push((engine) =>
        this.#tolerant(() => engine.onCertificate(message))
      );
    }
    return inputs;
  }

  #receive(from: string, channel: string, message: Uint8Array): void {
    const count = this.#waiting.length;
    if (count >= WAITING_MAX || message.length > MESSAGE_BYTES_MAX) return;
    try {
      if (!this.#isWanted(channel, message)) return;
    } catch {
      this.#options.log.debug("dropped a malformed message", { from, channel });
      return;
    }
    this.#waiting.push({ channel, message });
    if (count === 0) this.#options.wake();
  }

  /** Of a known kind and not by ourselves. Throws where it cannot be read. */
  #isWanted(channel: string, message: Uint8Array): boolean {
    const { address } = this.#options;
    switch (channel) {
      case Channel.vote:
        return !equal(fromBinary(VoteSchema, message).validator, address);
      case Channel.proposal:
        return !equal(fromBinary(ProposalSchema, message).proposer, address);
      case Channel.certificate:
        fromBinary(VoteCertificateSchema, message);
        return true;
      default:
        return false;
    }
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

  #tolerant(feed: () => Uint8Array): Uint8Array {
    try {
      return feed();
    } catch (error) {
      return this.#drop(error);
    }
  }

  #drop(error: unknown): Uint8Array {
    if (!isMalformed(error)) throw error;
    this.#options.log.debug("dropped a malformed message", { error });
    return new Uint8Array();
  }
}
