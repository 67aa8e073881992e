import type { Log } from "../platform/types.ts";
import { equal } from "../bytes/mod.ts";
import { Channel } from "./channel.ts";
import type { EngineCell } from "./engine.ts";
import type { Judge } from "./judge.ts";
import type { Proposed } from "./proposed.ts";
import type { Tip } from "./rules.ts";
import type { Senders } from "./senders.ts";

/** Proposals of later heights that are kept until their height begins. */
const AHEAD_MAX = 64;
const HEIGHTS_AHEAD = 10n;
/** Different blocks looked at for one height: a proposer's first block of each round, and some that contradict them. */
const BLOCKS_MAX = 64;

/** Nobody handles it: one for all heights. */
const OVER = new Error("the height is over");

export interface CandidatesOptions {
  log: Log;
  judge: Judge;
  senders: Senders;
  engine: EngineCell;
  /** `why` says what is wrong with the block; undefined where nothing is. */
  onJudged: (
    judged: { proposed: Proposed; blockId: Uint8Array; why?: string },
  ) => void;
  onError: (error: unknown) => void;
}

/** Proposed blocks of others on their way to the engine. */
export class Candidates {
  readonly #options: CandidatesOptions;
  /** Ids of blocks that are being judged or were found good; those refused may come again with a proof of lock. */
  readonly #judged = new Map<string, "open" | "good" | "bad">();
  #ahead: Proposed[] = [];
  #over = new AbortController();
  #tip: Tip | undefined;

  constructor(options: CandidatesOptions) {
    this.#options = options;
  }

  /** Begins the height after `tip`; gives what came for it before. */
  begin(tip: Tip): Proposed[] {
    this.#over.abort(OVER);
    this.#over = new AbortController();
    this.#judged.clear();
    this.#tip = tip;
    const height = tip.height + 1n;
    const kept = this.#ahead;
    this.#ahead = kept.filter(({ proposal }) => proposal.height > height);
    return kept.filter(({ proposal }) => proposal.height === height);
  }

  stop(): void {
    this.#over.abort(OVER);
  }

  /** Whether it is of the present height. One of a later height is kept until then. */
  isNow(proposed: Proposed): boolean {
    const height = this.#tip!.height + 1n;
    const of = proposed.proposal.height;
    const isAhead = of > height && of <= height + HEIGHTS_AHEAD;
    if (isAhead && this.#ahead.length < AHEAD_MAX) this.#ahead.push(proposed);
    return of === height;
  }

  /** Looks at its block, if whoever sent it may propose. */
  judge(proposed: Proposed): void {
    const { judge, onError } = this.#options;
    if (!this.#mayPropose(proposed)) return;
    const whole = judge.read(proposed.block);
    const { proposal } = proposed;
    if (!whole || !equal(whole.blockId, proposal.blockId)) return;
    const name = whole.blockId.toHex();
    const known = this.#judged.get(name);
    const isRetried = known === "bad" && proposal.polRoundPlusOne > 0;
    if (known && !isRetried || this.#judged.size >= BLOCKS_MAX) return;
    this.#judged.set(name, "open");
    const over = this.#over;
    judge.refusal(this.#tip!, whole, proposed, over.signal).then((why) => {
      if (over.signal.aborted) return;
      this.#judged.set(name, why ? "bad" : "good");
      const { blockId } = whole;
      this.#options.onJudged({ proposed, blockId, ...(why && { why }) });
    }, (error) => {
      if (!over.signal.aborted) onError(error);
    });
  }

  #mayPropose({ proposal, signed }: Proposed): boolean {
    const { engine, senders } = this.#options;
    const { height, round, proposer } = proposal;
    const turn = engine.proposerOf(height, round);
    return turn !== undefined && equal(turn, proposer) &&
      senders.isSigned(Channel.proposal, signed, height);
  }
}
