import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CommitCertificateSchema,
  EvidenceSchema,
  ProposalSchema,
  ValidatorSetSchema,
  type Vote,
  VoteCertificateKind,
  VoteCertificateSchema,
  VoteSchema,
  VoteType,
} from "../../../proto/gen/rustorium/v1/consensus_pb.ts";
import { offenceOf } from "../../../offence/mod.ts";
import { core, type TestKey, testKey } from "../../../simulation/mod.ts";
import { list } from "../../../bytes/mod.ts";
import { decodeEffects, type Effect } from "../../effects.ts";
import {
  blockOf,
  type Certificate,
  idOf,
  parseCertificate,
  parseProposal,
  parseVote,
  type VoteWords,
} from "./words.ts";

const GENESIS_HASH = new Uint8Array(32).fill(9);
const TIMEOUT_KINDS = ["propose", "prevote", "precommit"];

/** Validators by the names that the specification gives them, and their powers. */
export class Committee {
  readonly #keys: Map<string, TestKey>;
  readonly encoded: Uint8Array;

  constructor(powers: Record<string, number>) {
    const names = Object.keys(powers);
    // The set is in the order of the addresses, the names in theirs.
    const keys = names.map((_, n) => testKey(core, n + 1)).toSorted((a, b) =>
      a.publicKey.toHex() < b.publicKey.toHex() ? -1 : 1
    );
    this.#keys = new Map(names.map((name, n) => [name, keys[n]!]));
    const validators = names.map((name) => ({
      address: this.key(name).publicKey,
      publicKey: this.key(name).publicKey,
      power: BigInt(powers[name]!),
    })).toSorted((a, b) => Number(b.power - a.power));
    this.encoded = toBinary(
      ValidatorSetSchema,
      create(ValidatorSetSchema, { validators }),
    );
  }

  get size(): number {
    return this.#keys.size;
  }

  key(name: string): TestKey {
    return this.#keys.get(name)!;
  }

  nameOf(address: Uint8Array): string {
    const hex = address.toHex();
    return [...this.#keys].find(([, key]) => key.publicKey.toHex() === hex)![0];
  }
}

/** One process of a trace: an engine that is fed sentences and answers with sentences. */
export class Machine {
  /** Validators of whose double votes it has proof. */
  readonly accused = new Set<string>();
  /** What it had written to its log. */
  readonly logged: Uint8Array[] = [];
  readonly #committee: Committee;
  readonly #name: string;
  readonly #engine: InstanceType<typeof core.Engine>;
  #height = 0;

  constructor(committee: Committee, name: string) {
    this.#committee = committee;
    this.#name = name;
    this.#engine = new core.Engine(
      GENESIS_HASH,
      committee.encoded,
      committee.key(name).publicKey,
      this.#real(0),
      Uint32Array.of(30, 1, 20, 1, 10, 1, 50),
    );
  }

  get round(): number {
    return this.#engine.round();
  }

  /** Whose turn it is. */
  proposer(height: number, round: number): string {
    const address = this.#engine.proposer(this.#real(height), round);
    return this.#committee.nameOf(address);
  }

  /** Feeds one input; gives what the engine asks to be said, decided, built or timed. */
  feed(input: string): string[] {
    return this.#effects(input).flatMap((effect) => this.#sentence(effect));
  }

  /** After a start: feeds what an engine before it had logged. */
  replay(entries: readonly Uint8Array[]): string[] {
    return this.#decoded((engine) => engine.replay(list([...entries])))
      .flatMap((effect) => this.#sentence(effect));
  }

  #effects(input: string): Effect[] {
    const [kind = "", ...words] = input.split(" ");
    switch (kind) {
      case "-":
        return [];
      case "start":
        this.#height = Number(words[0]);
        return this.#decoded((engine) =>
          engine.startHeight(this.#real(this.#height), undefined, 0)
        );
      case "propose":
        return this.#decoded((engine) =>
          engine.onValueBuilt(
            this.#real(this.#height),
            this.round,
            idOf(words[0]!),
          )
        );
      case "timeout":
        return this.#decoded((engine) =>
          engine.onTimeout(
            TIMEOUT_KINDS.indexOf(words[0]!),
            this.#real(this.#height),
            this.round,
          )
        );
      case "elapsed":
        return this.#decoded((engine) =>
          engine.onTimeout(
            TIMEOUT_KINDS.indexOf(words[1]!),
            this.#real(Number(words[0])),
            Number(words[2]),
          )
        );
      case "proposal":
        return this.#proposal(words);
      case "certificate":
        return this.#certificate(parseCertificate(words));
      default:
        return this.#votes([parseVote([kind, ...words])]);
    }
  }

  /** Own messages count at once in the engine; they are not fed again. */
  #votes(votes: VoteWords[]): Effect[] {
    const others = votes.filter(({ author }) => author !== this.#name)
      .map((vote) => toBinary(VoteSchema, this.#signed(vote)));
    return this.#decoded((engine) => engine.onVotes(list(others)));
  }

  /** The proposer's word and its block. */
  #proposal(words: string[]): Effect[] {
    const { height, round, block, validRound, author } = parseProposal(words);
    if (author === this.#name) return [];
    const { seed, publicKey } = this.#committee.key(author);
    const proposal = create(ProposalSchema, {
      ...{ height: this.#real(height), round, blockId: idOf(block) },
      polRoundPlusOne: validRound + 1,
      proposer: publicKey,
    });
    const unsigned = toBinary(ProposalSchema, proposal);
    proposal.signature = core.signWith(
      seed,
      core.proposalSignBytes(GENESIS_HASH, unsigned),
    );
    const signed = toBinary(ProposalSchema, proposal);
    return [
      ...this.#decoded((engine) => engine.onProposal(signed)),
      ...this.#block(height, round, validRound, block, false),
    ];
  }

  #block(
    height: number,
    round: number,
    validRound: number,
    block: string,
    fromSync: boolean,
  ): Effect[] {
    const real = this.#real(height);
    return this.#decoded((engine) =>
      engine.onBlock(
        ...[real, round, validRound, engine.proposer(real, round)] as const,
        ...[idOf(block), block !== "invalid", fromSync] as const,
      )
    );
  }

  /** A polka is heard as such; a commit as its votes, and then with its block as a node asks for it. */
  #certificate({ authors, ...vote }: Certificate): Effect[] {
    const words = authors.map((author) => ({ ...vote, author }));
    const votes = words.map((one) => this.#signed(one));
    const { height, round, block } = vote;
    if (vote.type === VoteType.PREVOTE) {
      const kind = VoteCertificateKind.POLKA;
      const polka = create(VoteCertificateSchema, { kind, votes });
      const bytes = toBinary(VoteCertificateSchema, polka);
      return this.#decoded((engine) => engine.onCertificate(bytes));
    }
    const commit = create(CommitCertificateSchema, {
      ...{ height: this.#real(height), round, blockId: idOf(block) },
      signatures: votes.map(({ validator, signature }) => ({
        validator,
        signature,
      })),
    });
    const bytes = toBinary(CommitCertificateSchema, commit);
    const heard = this.#votes(words);
    const synced = this.#decoded((engine) => engine.onSync(bytes, idOf(block)));
    const isWanted = synced.some(({ type }) => type === "syncValue");
    return [
      ...heard,
      ...synced,
      ...isWanted ? this.#block(height, round, -1, block, true) : [],
    ];
  }

  #signed({ type, height, round, block, author }: VoteWords): Vote {
    const { seed, publicKey } = this.#committee.key(author);
    const vote = create(VoteSchema, {
      ...{ type, height: this.#real(height), round, blockId: idOf(block) },
      validator: publicKey,
    });
    const message = core.voteSignBytes(
      GENESIS_HASH,
      toBinary(VoteSchema, vote),
    );
    vote.signature = core.signWith(seed, message);
    return vote;
  }

  #decoded(
    input: (engine: InstanceType<typeof core.Engine>) => Uint8Array,
  ): Effect[] {
    return decodeEffects(input(this.#engine));
  }

  #sentence(effect: Effect): string[] {
    switch (effect.type) {
      case "getValue":
        return [`build ${this.#told(effect.height)}/${effect.round}`];
      case "scheduleTimeout": {
        const kind = TIMEOUT_KINDS[effect.kind];
        return kind ? [`timer ${kind} ${effect.round}`] : [];
      }
      case "signVote": {
        const vote = fromBinary(VoteSchema, effect.vote);
        const kind = vote.type === VoteType.PREVOTE ? "prevote" : "precommit";
        const place = `${this.#told(vote.height)}/${vote.round}`;
        return [`${kind} ${place} ${blockOf(vote.blockId)}`];
      }
      case "signProposal": {
        const one = fromBinary(ProposalSchema, effect.proposal);
        const place = `${this.#told(one.height)}/${one.round}`;
        const polRound = one.polRoundPlusOne - 1;
        return [`proposal ${place} ${blockOf(one.blockId)} ${polRound}`];
      }
      case "decide": {
        const { height, round, blockId } = fromBinary(
          CommitCertificateSchema,
          effect.certificate,
        );
        return [`decide ${this.#told(height)}/${round} ${blockOf(blockId)}`];
      }
      case "log":
        this.logged.push(effect.entry);
        return [];
      case "finalize":
        for (const piece of effect.evidence) this.#accuse(piece);
        return [];
      case "fault":
        throw new Error(effect.why);
      default:
        return [];
    }
  }

  #accuse(piece: Uint8Array): void {
    const { validator } = offenceOf(fromBinary(EvidenceSchema, piece))!;
    this.accused.add(this.#committee.nameOf(validator));
  }

  /** The specification passes the turn on with the round alone, from the second of the set; so do these heights. */
  #real(height: number): bigint {
    return BigInt(1 + height * this.#committee.size);
  }

  #told(height: bigint): number {
    return (Number(height) - 1) / this.#committee.size;
  }
}
