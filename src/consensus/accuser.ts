import type { Offence, OffenceKind } from "../offence/mod.ts";
import type { Log, Network } from "../platform/types.ts";
import { Channel } from "./channel.ts";
import type { EvidencePool } from "./evidence.ts";

const WORDS: Record<OffenceKind, string> = {
  duplicate_vote: "a validator voted twice",
  duplicate_proposal: "a validator proposed twice",
  invalid_batch: "a validator signed an invalid batch",
};

export interface AccuserOptions {
  log: Log;
  network: Network;
  evidence: EvidencePool;
  /** Hears of each offence that was not known. */
  onOffence: (offence: Offence) => void;
}

/** Brings evidence from here and from peers into the pool, and to peers, who may lack what it was made of. */
export class Accuser {
  readonly #options: AccuserOptions;
  #onTaken: () => void = () => undefined;

  constructor(options: AccuserOptions) {
    this.#options = options;
    options.network.onMessage((_from, channel, message) => {
      if (channel === Channel.evidence) this.#take(message);
    });
  }

  /** `onTaken` hears when the journal has a new piece, which is not durable yet. */
  begin(onTaken: () => void): void {
    this.#onTaken = onTaken;
  }

  /** Takes an encoded `Evidence` that was found here. */
  accuse(evidence: Uint8Array): void {
    if (!this.#take(evidence)) return;
    this.#options.network.broadcast(Channel.evidence, evidence);
  }

  #take(bytes: Uint8Array): boolean {
    const { evidence, log, onOffence } = this.#options;
    const offence = evidence.add(bytes);
    if (!offence) return false;
    const { kind, validator, height, round } = offence;
    log.warn(WORDS[kind], { validator: validator.toHex(), height, round });
    onOffence(offence);
    this.#onTaken();
    return true;
  }
}
