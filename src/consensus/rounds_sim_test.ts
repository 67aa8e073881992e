import { fromBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import {
  loneNetwork,
  Scheduler,
  seededRandom,
  type Signer,
  simClock,
} from "../platform/mod.ts";
import { CommitCertificateSchema } from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { ReceiptSchema } from "../proto/gen/rustorium/v1/receipt_pb.ts";
import {
  core,
  CrashPoint,
  SIM_OPTIONS,
  SimNode,
  testGenesis,
  testKey,
  transfer,
} from "../simulation/mod.ts";
import { Reader } from "../bytes/mod.ts";
const BATCH_DOMAIN = 0x13;

/** Takes longer for the first batch than a round lasts. */
class SlowSigner extends CrashPoint {
  readonly #scheduler: Scheduler;
  #batches = 0;

  constructor(scheduler: Scheduler) {
    super();
    this.#scheduler = scheduler;
  }

  override signer({ publicKey, sign }: Signer): Signer {
    const clock = simClock(this.#scheduler);
    return {
      publicKey,
      sign: async (message) => {
        const isBatch = message[0] === BATCH_DOMAIN;
        if (isBatch && ++this.#batches === 1) await clock.sleep(1_000);
        return await sign(message);
      },
    };
  }
}

Deno.test("a later round names the batches that were made for the height before it names later ones", async () => {
  const [validator, alice, bob] = [1, 2, 3].map((n) => testKey(core, n));
  const scheduler = new Scheduler(seededRandom("rounds"));
  const codes: number[] = [];
  let decided = 0;
  let rounds = 0;
  const node = new SimNode({
    scheduler,
    network: loneNetwork(),
    genesis: testGenesis([validator!], [alice!, bob!]),
    validator: validator!,
    options: SIM_OPTIONS,
    onDecided: ({ stored, transactions }) => {
      decided += transactions!;
      const of = fromBinary(CommitCertificateSchema, stored.certificate);
      rounds = Math.max(rounds, of.round);
    },
  });
  await node.start(new SlowSigner(scheduler));
  for (let nonce = 0n; nonce < 60n; nonce++) {
    const { envelope } = transfer(core, node.genesisHash, {
      from: alice!,
      to: bob!,
      nonce,
      amount: 1n,
    });
    await node.executor.submit(envelope);
    await scheduler.run(50);
  }
  await scheduler.run(2_000);
  assert.ok(rounds > 0, "the first round was to fail");
  for (let height = 1n; height <= node.consensus.height(); height++) {
    const reader = new Reader((await node.store.result(height))!.receipts);
    while (reader.left > 0) {
      const receipt = reader.bytes(reader.u32());
      codes.push(fromBinary(ReceiptSchema, receipt).code);
    }
  }
  assert.deepEqual(codes, Array(60).fill(0));
  assert.equal(decided, 60);
  await node.stop();
});
