import { fromBinary } from "@bufbuild/protobuf";
import { ErrorCode, fault } from "../errors/mod.ts";
import { ProposalSchema } from "../proto/gen/rustorium/v1/consensus_pb.ts";
import type { Log, Network } from "../platform/types.ts";
import type { Effect } from "./effects.ts";
import { equal } from "../bytes/mod.ts";
import { Channel } from "./channel.ts";
import type { Journal } from "./journal.ts";
import { encodeProposed } from "./proposed.ts";
import {
  messageOf,
  type OwnSignatures,
  proposalEntry,
  voteEntry,
} from "./signatures.ts";
import type { Timers } from "./timers.ts";

export interface PerformerOptions {
  journal: Journal;
  log: Log;
  network: Network;
  signatures: OwnSignatures;
  timers: Timers;
  /** The encoding of a block that the engine knows, by its id. */
  blockOf: (blockId: Uint8Array) => Uint8Array | undefined;
  /** A timer that the engine set went off. */
  onTimeout: (kind: number, round: number) => void;
}

/** What is left to do after a call of the engine. */
export interface Outcome {
  /** The round that began last. */
  round?: number;
  /** A block is asked for. */
  wanted?: { height: bigint; round: number };
  /** Encoding of the `CommitCertificate` of a decision. */
  decided?: Uint8Array;
  /** The height is over. */
  finalized?: { certificate: Uint8Array; evidence: Uint8Array[] };
}

type Sending = [channel: string, message: Uint8Array];

/**
 * Does what the engine asks for. Own messages, and everything that led to
 * them, are in the log and synced (once for all of one call) before they are
 * signed, and signed before anything leaves.
 */
export class Performer {
  readonly #options: PerformerOptions;

  constructor(options: PerformerOptions) {
    this.#options = options;
  }

  async perform(effects: readonly Effect[]): Promise<Outcome> {
    const { journal, network, signatures } = this.#options;
    for (const effect of effects) {
      this.#time(effect);
      this.#record(effect);
    }
    this.#recordUnlogged(effects);
    if (effects.some(isSignature)) await journal.commit();
    await signatures.sign();
    const outcome: Outcome = {};
    for (const effect of effects) {
      for (const sending of this.#sendings(effect)) {
        network.broadcast(...sending);
      }
      this.#note(effect, outcome);
    }
    return outcome;
  }

  #record(effect: Effect): void {
    const { journal, signatures } = this.#options;
    if (effect.type === "signVote") signatures.intendVote(effect.vote);
    if (effect.type === "signProposal") {
      signatures.intendProposal(effect.proposal);
    }
    if (effect.type === "log") journal.addEntry(effect.height, effect.entry);
  }

  /** The engine logs what it signs, unless it holds it to be known; the guard needs it in any case. */
  #recordUnlogged(effects: readonly Effect[]): void {
    const logged = effects.flatMap((one) =>
      one.type === "log" ? [one.entry] : []
    );
    for (const own of effects.flatMap(ownEntry)) {
      if (logged.some((entry) => equal(entry, own))) continue;
      const message = messageOf(own);
      if (message) this.#options.journal.addEntry(message.height, own);
    }
  }

  #time(effect: Effect): void {
    const { timers, onTimeout } = this.#options;
    if (effect.type === "cancelTimeouts") timers.cancelAll();
    if (effect.type === "cancelTimeout") timers.cancel(effect);
    if (effect.type === "scheduleTimeout") {
      const { kind, round, ms } = effect;
      timers.schedule(effect, ms, () => onTimeout(kind, round));
    }
  }

  #sendings(effect: Effect): Sending[] {
    const { signatures } = this.#options;
    switch (effect.type) {
      case "publishVote":
        return [[Channel.vote, signatures.fillVote(effect.vote)]];
      case "publishProposal":
        return this.#proposal(signatures.fillProposal(effect.proposal));
      case "publishCertificate": {
        const filled = signatures.fillVoteCertificate(effect.certificate);
        return [[Channel.certificate, filled]];
      }
      default:
        return [];
    }
  }

  /** With its block, so that whoever missed the first round of it can vote as well. */
  #proposal(proposal: Uint8Array): Sending[] {
    const { blockId } = fromBinary(ProposalSchema, proposal);
    const block = this.#options.blockOf(blockId);
    return block ? [[Channel.proposal, encodeProposed(proposal, block)]] : [];
  }

  #note(effect: Effect, outcome: Outcome): void {
    const { log, signatures } = this.#options;
    switch (effect.type) {
      case "startRound":
        outcome.round = effect.round;
        break;
      case "getValue":
        outcome.wanted = effect;
        break;
      case "decide":
        outcome.decided = signatures.fillCommit(effect.certificate);
        break;
      case "finalize":
        outcome.finalized = {
          certificate: signatures.fillCommit(effect.certificate),
          evidence: effect.evidence,
        };
        break;
      case "syncRejected":
        log.warn("refused a certificate", { ...effect });
        break;
      case "fault":
        throw fault(ErrorCode.ENGINE_TRAPPED, effect.why);
    }
  }
}

/** The log entry that says that an own message is to be signed. */
function ownEntry(effect: Effect): Uint8Array[] {
  switch (effect.type) {
    case "signVote":
      return [voteEntry(effect.vote)];
    case "signProposal":
      return [proposalEntry(effect.proposal)];
    default:
      return [];
  }
}

function isSignature({ type }: Effect): boolean {
  return type === "signVote" || type === "signProposal";
}
