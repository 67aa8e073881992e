/** The engine alone: one height of a validator among others, from the proposal to the decision. The signatures of all votes are checked. */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { list } from "../src/bytes/mod.ts";
import {
  ProposalSchema,
  ValidatorSetSchema,
  VoteSchema,
  VoteType,
} from "../src/proto/gen/rustorium/v1/consensus_pb.ts";
import { GenesisSchema } from "../src/proto/gen/rustorium/v1/state_pb.ts";
import { decodeEffects } from "../src/consensus/effects.ts";
import { createCore } from "../src/core/mod.ts";
import { core, module, testGenesis, testKey } from "../src/simulation/mod.ts";
import { reference } from "./fixtures.ts";

const TIMEOUTS_MS = Uint32Array.of(3_000, 1, 2_000, 1, 1_000, 1, 5_000);
const BLOCK = new Uint8Array(32).fill(1);
const RUNS = { n: 100, warmup: 10 };

/** What one validator hears at height 1. */
function heardBy(validators: number) {
  const keys = Array.from(
    { length: validators },
    (_, n) => testKey(core, n + 1),
  );
  const genesis = testGenesis(keys, keys);
  const hash = core.genesisHash(genesis);
  const set = toBinary(
    ValidatorSetSchema,
    fromBinary(GenesisSchema, genesis).validators!,
  );
  const engineOf = (own: Uint8Array, instance = core) =>
    new instance.Engine(hash, set, own, 1n, TIMEOUTS_MS);
  const proposer = engineOf(keys[0]!.publicKey).proposer(1n, 0);
  const others = keys.filter(({ publicKey }) =>
    publicKey.toHex() !== proposer.toHex()
  );
  const own = others[0]!;
  const proposal = create(ProposalSchema, {
    ...{ height: 1n, round: 0, blockId: BLOCK, proposer },
    polRoundPlusOne: 0,
  });
  const author = keys.find((key) => !others.includes(key))!;
  proposal.signature = core.signWith(
    author.seed,
    core.proposalSignBytes(hash, toBinary(ProposalSchema, proposal)),
  );
  const votes = (type: VoteType) =>
    list(
      keys.filter((key) => key !== own).map(({ seed, publicKey }) => {
        const vote = create(VoteSchema, {
          ...{ type, height: 1n, round: 0, blockId: BLOCK },
          validator: publicKey,
        });
        const bytes = core.voteSignBytes(hash, toBinary(VoteSchema, vote));
        vote.signature = core.signWith(seed, bytes);
        return toBinary(VoteSchema, vote);
      }),
    );
  return {
    engine: () => engineOf(own.publicKey, instance),
    proposer,
    proposal: toBinary(ProposalSchema, proposal),
    prevotes: votes(VoteType.PREVOTE),
    precommits: votes(VoteType.PRECOMMIT),
  };
}

const instance = createCore(module);

for (const validators of [4, 7, 31]) {
  const heard = heardBy(validators);
  const group = `consensus/validators=${validators}`;
  reference(group);
  Deno.bench({
    name: `consensus::height/validators=${validators}`,
    group,
    ...RUNS,
    fn(b) {
      const engine = heard.engine();
      const { proposer } = heard;
      b.start();
      engine.startHeight(1n, undefined, 0);
      engine.onProposal(heard.proposal);
      engine.onBlock(1n, 0, -1, proposer, BLOCK, true, false);
      engine.onVotes(heard.prevotes);
      const effects = engine.onVotes(heard.precommits);
      b.end();
      if (!decodeEffects(effects).some(({ type }) => type === "decide")) {
        throw new Error("nothing was decided");
      }
      engine.free();
    },
  });
}
