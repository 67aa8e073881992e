import { create, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { offenceOf } from "../offence/mod.ts";
import { collectingLog, MemoryFile } from "../platform/mod.ts";
import {
  type Evidence,
  EvidenceSchema,
  type Vote,
  VoteSchema,
  VoteType,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { core, testGenesis, testKey } from "../simulation/mod.ts";
import { EvidencePool } from "./evidence.ts";
import { History } from "./history.ts";
import { Journal } from "./journal.ts";
import { OffenceCheck } from "./offence.ts";
import { HeaderRules } from "./rules.ts";

const keys = Array.from({ length: 20 }, (_, n) => testKey(core, n + 1));
const [first, second] = keys;
const GENESIS = testGenesis(keys, [first!]);
const genesisHash = core.genesisHash(GENESIS);
const { validators } = new HeaderRules(core, GENESIS, genesisHash);
const offences = new OffenceCheck({ core, genesisHash, validators });

function vote(fill: number, height: bigint, round: number, by = first!): Vote {
  const unsigned = create(VoteSchema, {
    ...{ type: VoteType.PREVOTE, height, round, validator: by.publicKey },
    blockId: new Uint8Array(32).fill(fill),
  });
  const bytes = core.voteSignBytes(genesisHash, toBinary(VoteSchema, unsigned));
  return { ...unsigned, signature: core.signWith(by.seed, bytes) };
}

function twice(
  { height = 5n, round = 0, by = first!, blocks = [1, 2] },
): Evidence {
  const [one, other] = blocks.map((fill) => vote(fill, height, round, by));
  return create(EvidenceSchema, {
    kind: {
      case: "duplicateVote",
      value: { first: one!, second: other! },
    },
  });
}

const encode = (evidence: Evidence) => toBinary(EvidenceSchema, evidence);

async function open(file = new MemoryFile()) {
  const history = new History();
  const journal = await Journal.open(file.open(), collectingLog());
  const pool = new EvidencePool({ history, offences, journal });
  pool.begin(6n);
  const decide = (height: bigint, pieces: Evidence[]) => {
    history.add(height, pieces.map((one) => offenceOf(one)!.name));
    pool.settle(height);
  };
  return { pool, journal, decide };
}

Deno.test("a piece waits for the blocks after its offence until one holds it", async () => {
  const { pool, journal, decide } = await open();
  const piece = twice({});
  assert.equal(pool.add(encode(piece))?.height, 5n);
  assert.equal(pool.add(encode(piece)), undefined);
  assert.deepEqual(pool.waiting(5n), []);
  assert.deepEqual(pool.waiting(6n).map(encode), [encode(piece)]);
  assert.equal(journal.evidence.length, 1);
  decide(6n, [piece]);
  assert.deepEqual(pool.waiting(7n), []);
  assert.deepEqual(journal.evidence, []);
  assert.equal(pool.add(encode(piece)), undefined);
});

Deno.test("one offence is recorded once, whatever its evidence", async () => {
  const { pool, decide } = await open();
  const other = twice({ blocks: [2, 3] });
  assert.ok(pool.add(encode(twice({}))));
  assert.equal(pool.add(encode(other)), undefined);
  assert.ok(!pool.allows([twice({}), other], 6n));
  assert.ok(pool.allows([other], 6n));
  decide(6n, [other]);
  assert.deepEqual(pool.waiting(7n), []);
  assert.ok(!pool.allows([twice({})], 7n));
});

Deno.test("a block may hold what convicts and is neither too old nor to come", async () => {
  const { pool } = await open();
  const forged = twice({});
  (forged.kind.value as { first: Vote }).first.signature = new Uint8Array(64);
  assert.ok(!pool.allows([forged], 6n));
  assert.equal(pool.add(encode(forged)), undefined);
  assert.ok(!pool.allows([twice({})], 5n));
  assert.ok(pool.allows([twice({})], 68n));
  assert.ok(!pool.allows([twice({})], 69n));
  assert.ok(!pool.allows([create(EvidenceSchema)], 6n));
  assert.equal(pool.add(encode(twice({ height: 40n }))), undefined);
  assert.equal(pool.add(new Uint8Array(50_000)), undefined);
});

Deno.test("an offender cannot keep out the evidence against others", async () => {
  const { pool } = await open();
  for (let round = 0; round < 20; round++) pool.add(encode(twice({ round })));
  assert.equal(pool.waiting(6n).length, 8);
  assert.ok(pool.add(encode(twice({ by: second! }))));
  for (const by of keys) {
    for (let round = 1; round < 9; round++) {
      pool.add(encode(twice({ round, by })));
    }
  }
  assert.equal(pool.waiting(6n).length, 64);
});

Deno.test("a pool begins with what the journal kept, and drops what is over", async () => {
  const file = new MemoryFile();
  const before = await open(file);
  before.pool.add(encode(twice({})));
  await before.journal.commit();
  const after = await open(file);
  assert.equal(after.pool.waiting(6n).length, 1);
  after.decide(68n, []);
  assert.deepEqual(after.pool.waiting(69n), []);
  assert.deepEqual(after.journal.evidence, []);
});
