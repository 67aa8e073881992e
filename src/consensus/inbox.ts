import { fromBinary } from "@bufbuild/protobuf";
import type { core } from "../core/mod.ts";
import { ErrorCode, RustoriumError } from "../errors/mod.ts";
import type { Log, Network } from "../platform/types.ts";
import {
  ProposalSchema,
  VoteCertificateSchema,
  VoteSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { concat, equal, list } from "./bytes.ts";

/** What travels between validators, by channel. */
export const Channel = {
  vote: "vote",
  proposal: "proposal",
  certificate: "certificate",
} as const;

/** Messages that wait; more are dropped, senders repeat them. */
const WAITING_MAX = 4_096;
const MESSAGE_BYTES_MAX = 1 << 20;

export interface InboxOptions {
  network: Network;
  log: Log;
  /** The own address: own messages do not come from outside. */
  address: Uint8Array;
  /** Runs `drain` after what is under way. */
  wake: () => void;
}

export interface Drained {
  /** The highest height that a message was for. */
  height: bigint;
  inputs: ((engine: core.Engine) => Uint8Array)[];
}

/** Messages of other validators on their way to the engine. Votes that wait together are checked together. */
export class Inbox {
  readonly #options: InboxOptions;
  #votes: Uint8Array[] = [];
  #others: { channel: string; message: Uint8Array }[] = [];

  constructor(options: InboxOptions) {
    this.#options = options;
    options.network.onMessage((from, channel, message) =>
      this.#receive(from, channel, message)
    );
  }

  /** What has come since the last time. */
  drain(): Drained {
    const inputs: Drained["inputs"] = [];
    let height = 0n;
    const note = (of: bigint) => height = of > height ? of : height;
    const votes = this.#votes.splice(0);
    if (votes.length > 0) {
      inputs.push((engine) => this.#feedVotes(engine, votes));
    }
    for (const vote of votes) note(fromBinary(VoteSchema, vote).height);
    for (const { channel, message } of this.#others.splice(0)) {
      if (channel === Channel.proposal) {
        note(fromBinary(ProposalSchema, message).height);
        inputs.push((engine) =>
          this.#tolerant(() => engine.onProposal(message))
        );
      } else {
        inputs.push((engine) =>
          this.#tolerant(() => engine.onCertificate(message))
        );
      }
    }
    return { height, inputs };
  }

  #receive(from: string, channel: string, message: Uint8Array): void {
    const waiting = this.#votes.length + this.#others.length;
    if (waiting >= WAITING_MAX || message.length > MESSAGE_BYTES_MAX) return;
    try {
      if (!this.#accept(channel, message)) return;
    } catch {
      this.#options.log.debug("dropped a malformed message", { from, channel });
      return;
    }
    if (waiting === 0) this.#options.wake();
  }

  #accept(channel: string, message: Uint8Array): boolean {
    const { address } = this.#options;
    switch (channel) {
      case Channel.vote:
        if (equal(fromBinary(VoteSchema, message).validator, address)) {
          return false;
        }
        this.#votes.push(message);
        return true;
      case Channel.proposal:
        if (equal(fromBinary(ProposalSchema, message).proposer, address)) {
          return false;
        }
        break;
      case Channel.certificate:
        fromBinary(VoteCertificateSchema, message);
        break;
      default:
        return false;
    }
    this.#others.push({ channel, message });
    return true;
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

function isMalformed(error: unknown): boolean {
  return error instanceof RustoriumError &&
    error.code === ErrorCode.MESSAGE_MALFORMED;
}
