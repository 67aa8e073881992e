import { ErrorCode, fault } from "../errors/mod.ts";
import type { BuiltBlock } from "./build.ts";
import { equal } from "../bytes/mod.ts";
import { Step } from "./guard.ts";
import type { Parts } from "./parts.ts";
import type { Tip } from "./rules.ts";

/** The blocks of the present height: those that the engine knows, and among them, by round, those that we made. */
export class Proposals {
  readonly #parts: Parts;
  readonly #byId = new Map<string, BuiltBlock>();
  readonly #byRound = new Map<number, BuiltBlock>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Begins a height, with what the log has of it. */
  begin(height: bigint): void {
    const { address, journal, judge } = this.#parts;
    this.#byId.clear();
    this.#byRound.clear();
    for (const { round, block } of journal.blocks(height)) {
      const whole = judge.read(block);
      if (!whole) throw fault(ErrorCode.WAL_CORRUPT, { height, round });
      const { blockId, header } = whole;
      if (equal(header.proposer, address)) this.#add(round, { blockId, block });
      else this.#byId.set(blockId.toHex(), { blockId, block });
    }
  }

  get(blockId: Uint8Array): BuiltBlock | undefined {
    return this.#byId.get(blockId.toHex());
  }

  /**
   * A block to propose after `tip`: one made before a crash, else a new one.
   * Undefined when the proposal has been signed already.
   */
  async make(tip: Tip, round: number): Promise<BuiltBlock | undefined> {
    const { builder, evidence, pace, signatures } = this.#parts;
    const place = { height: tip.height + 1n, round, step: Step.proposal };
    if (signatures.guard.intent(place)) return undefined;
    const made = this.#byRound.get(round);
    if (made) return made;
    pace.taken();
    return await builder.build(tip, evidence.waiting(place.height));
  }

  /** It will be proposed: the log holds it before the proposal is signed. */
  keep(height: bigint, round: number, built: BuiltBlock): void {
    if (this.#byRound.has(round)) return;
    this.#parts.journal.addBlock({ height, round, block: built.block });
    this.#add(round, built);
  }

  /** Another one's, judged: the log holds it before the engine knows it. */
  learn(height: bigint, round: number, built: BuiltBlock): void {
    if (this.get(built.blockId)) return;
    this.#parts.journal.addBlock({ height, round, block: built.block });
    this.#byId.set(built.blockId.toHex(), built);
  }

  #add(round: number, built: BuiltBlock): void {
    this.#byId.set(built.blockId.toHex(), built);
    this.#byRound.set(round, built);
  }
}
