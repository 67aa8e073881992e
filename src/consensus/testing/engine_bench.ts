import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  ProposalSchema,
  type Vote,
  VoteSchema,
  VoteType,
} from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import { core, testGenesis, testKey } from "../../simulation/mod.ts";
import { list } from "../../bytes/mod.ts";
import { decodeEffects, type Effect } from "../effects.ts";
import { HeaderRules } from "../rules.ts";
const KEYS = [1, 2, 3, 4].map((number) => testKey(core, number));
const GENESIS = testGenesis(KEYS, KEYS);
const GENESIS_HASH = core.genesisHash(GENESIS);
const { validators } = new HeaderRules(core, GENESIS, GENESIS_HASH);

/** Which timer, as the engine numbers them. */
export const TimeoutKind = { propose: 0, prevote: 1, precommit: 2 } as const;

/** The id of a block; empty for nil. */
export function idOf(block: number): Uint8Array {
  return block === 0 ? new Uint8Array() : new Uint8Array(32).fill(block);
}

/** One engine of four, at height 1, whose peers say what a test has them say. */
export class EngineBench {
  readonly #engine;
  readonly #own;

  /** `isProposer`: whether the turn of round 0 is its own. */
  constructor(isProposer = false) {
    const engine = (own: Uint8Array) =>
      new core.Engine(
        ...[GENESIS_HASH, validators, own, 1n] as const,
        Uint32Array.of(30, 1, 20, 1, 10, 1, 50),
      );
    const first = engine(KEYS[0]!.publicKey).proposer(1n, 0).toHex();
    this.#own = KEYS.find(({ publicKey }) =>
      publicKey.toHex() === first === isProposer
    )!;
    this.#engine = engine(this.#own.publicKey);
  }

  get round(): number {
    return this.#engine.round();
  }

  start(): Effect[] {
    return decodeEffects(this.#engine.startHeight(1n, undefined, 0));
  }

  built(round: number, block: number): Effect[] {
    return decodeEffects(this.#engine.onValueBuilt(1n, round, idOf(block)));
  }

  /** The proposer's word and its block. */
  proposal(
    round: number,
    block: number,
    { polRound = -1, isValid = true } = {},
  ): Effect[] {
    const proposer = this.#engine.proposer(1n, round);
    const key = KEYS.find((one) => one.publicKey.toHex() === proposer.toHex())!;
    const proposal = create(ProposalSchema, {
      ...{ height: 1n, round, blockId: idOf(block), proposer },
      polRoundPlusOne: polRound + 1,
    });
    const bytes = toBinary(ProposalSchema, proposal);
    proposal.signature = core.signWith(
      key.seed,
      core.proposalSignBytes(GENESIS_HASH, bytes),
    );
    return [
      ...decodeEffects(
        this.#engine.onProposal(toBinary(ProposalSchema, proposal)),
      ),
      ...decodeEffects(
        this.#engine.onBlock(
          ...[1n, round, polRound, proposer, idOf(block), isValid] as const,
          false,
        ),
      ),
    ];
  }

  /** Prevotes of other validators, one for each block named. */
  prevotes(round: number, ...blocks: number[]): Effect[] {
    return this.#votes(VoteType.PREVOTE, round, blocks);
  }

  precommits(round: number, ...blocks: number[]): Effect[] {
    return this.#votes(VoteType.PRECOMMIT, round, blocks);
  }

  timeout(kind: number, round: number): Effect[] {
    return decodeEffects(this.#engine.onTimeout(kind, 1n, round));
  }

  #votes(type: VoteType, round: number, blocks: number[]): Effect[] {
    const others = KEYS.filter((one) => one !== this.#own);
    const votes = blocks.map((block, index) => {
      const { seed, publicKey } = others[index]!;
      const vote = create(VoteSchema, {
        ...{ type, height: 1n, round, blockId: idOf(block) },
        validator: publicKey,
      });
      const bytes = toBinary(VoteSchema, vote);
      vote.signature = core.signWith(
        seed,
        core.voteSignBytes(GENESIS_HASH, bytes),
      );
      return toBinary(VoteSchema, vote);
    });
    return decodeEffects(this.#engine.onVotes(list(votes)));
  }
}

/** What the engine votes, as `prevote 0 of 1`: kind, round and block. */
export function votesOf(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) =>
    effect.type === "signVote"
      ? [sentence(fromBinary(VoteSchema, effect.vote))]
      : []
  );
}

function sentence({ type, round, blockId }: Vote): string {
  const kind = type === VoteType.PREVOTE ? "prevote" : "precommit";
  return `${kind} ${round} of ${blockId[0] ?? "nil"}`;
}

/** The timers that it sets, as `kind/round`. */
export function timersOf(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) =>
    effect.type === "scheduleTimeout" ? [`${effect.kind}/${effect.round}`] : []
  );
}

/** The proposals that it makes, as `round block polRound`. */
export function proposalsOf(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.type !== "signProposal") return [];
    const { round, blockId, polRoundPlusOne } = fromBinary(
      ProposalSchema,
      effect.proposal,
    );
    return [`${round} ${blockId[0]} ${polRoundPlusOne - 1}`];
  });
}
