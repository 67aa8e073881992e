/** 10,000 transfers through a mempool: taken in, put into a payload, and settled by a block. */
import { create, toBinary } from "@bufbuild/protobuf";
import { createWallet } from "../mod.ts";
import { join } from "../src/bytes/mod.ts";
import { createCore, loadCoreModule } from "../src/core/mod.ts";
import { defaultParameters, planGenesis } from "../src/cli/home/genesis.ts";
import { HeaderSchema } from "../src/proto/gen/rustorium/v1/block_pb.ts";
import { GenesisSchema } from "../src/proto/gen/rustorium/v1/state_pb.ts";
import { asBatch } from "./fixtures.ts";

const TRANSACTIONS = 10_000;
const LONE_ACCOUNT = 1;
const ID_BYTES = 32;
const ALL_BUCKETS = new Uint8Array(32).fill(0xff);
const ALL_SLOTS = Uint8Array.from({ length: 256 }, (_, slot) => slot);

const core = createCore(await loadCoreModule());
const wallets = Array.from(
  { length: TRANSACTIONS },
  (_, n) => createWallet((n + 1).toString(16).padStart(64, "0")),
);
const genesis = toBinary(
  GenesisSchema,
  planGenesis({
    chainId: "bench-1",
    timeMs: 1,
    validators: [{ publicKey: wallets[0]!.publicKey, power: 1n }],
    accounts: wallets.map(({ publicKey: address }) => ({
      address,
      balance: 10n ** 12n,
    })),
  }),
);
const chain = {
  genesisHash: new Uint8Array(core.genesisHash(genesis)),
  parameters: defaultParameters(),
};

/** Each of so many accounts sends its share. */
async function envelopesOf(accounts: number): Promise<Uint8Array[]> {
  return await Promise.all(
    Array.from({ length: TRANSACTIONS }, async (_, n) => {
      const { envelope } = await wallets[n % accounts]!.transfer(chain, {
        to: wallets[(n + 1) % TRANSACTIONS]!.publicKey,
        amount: 1n,
        nonce: BigInt(Math.floor(n / accounts)),
        validUntil: 100n,
      });
      return envelope;
    }),
  );
}

const open = () => new core.Shard(genesis, ALL_SLOTS);
type Shard = ReturnType<typeof open>;

function filled(envelopes: Uint8Array): Shard {
  const shard = open();
  const codes = shard.submit(envelopes).subarray(TRANSACTIONS * ID_BYTES);
  if (codes.some((byte) => byte !== 0)) throw new Error("one is refused");
  return shard;
}

const assemble = (shard: Shard) =>
  shard.assemble(1n, 1 << 26, TRANSACTIONS, ALL_BUCKETS);

/** What a block needs besides its batch is not looked at here. */
function executed(shard: Shard, payload: Uint8Array): Shard {
  const hash = new Uint8Array(32);
  shard.learn(hash, 100n, payload);
  const header = create(HeaderSchema, {
    ...{
      protocolVersion: 1,
      chainId: "bench-1",
      height: 1n,
      baseFee: 1n,
      timeMs: 1n,
    },
    ...{ parent: hash, proposer: hash, validatorsHash: hash },
    ...{ nextValidatorsHash: hash, parametersHash: hash, batchRoot: hash },
    ...{ lastCertificateHash: hash, evidenceHash: hash, stateRoot: hash },
    ...{ receiptsRoot: hash, messagesRoot: hash },
  });
  const gas = shard.beginBlock(toBinary(HeaderSchema, header), hash);
  const coordinator = new core.Coordinator(genesis, new Uint8Array(256));
  coordinator.start([shard.slotRoots()]);
  const [places] = coordinator.begin([gas]);
  const outbox = shard.run(places!);
  for (let inboxes = coordinator.route([outbox]); inboxes;) {
    inboxes = coordinator.route([shard.deliver(inboxes[0]!)]);
  }
  coordinator.free();
  return shard;
}

for (const accounts of [TRANSACTIONS, LONE_ACCOUNT]) {
  const each = await envelopesOf(accounts);
  const envelopes = join(each);
  const payload = (() => {
    const shard = filled(envelopes);
    const payload = assemble(shard);
    shard.free();
    return payload;
  })();
  const group = `mempool of ${TRANSACTIONS}, accounts=${accounts}`;
  const bench = (
    name: string,
    prepare: () => Shard,
    run: (shard: Shard) => void,
  ) =>
    Deno.bench({
      ...{ name: `mempool::${name}/accounts=${accounts}`, group },
      ...{ n: 10, warmup: 2 },
      fn(b) {
        const shard = prepare();
        b.start();
        run(shard);
        b.end();
        shard.free();
      },
    });

  const signed = asBatch(each.map((envelope) => {
    const publicKey = envelope.slice(0, 32);
    const id = core.transactionId(
      chain.genesisHash,
      publicKey,
      envelope.subarray(100),
    );
    const message = new Uint8Array(core.transactionSignBytes(id));
    const signature = envelope.slice(32, 96);
    return { publicKey, message, signature };
  }));
  Deno.bench({
    name: `core::signatures alone/accounts=${accounts}`,
    ...{ group, baseline: true, n: 10, warmup: 2 },
    fn() {
      const { publicKeys, messages, lengths, signatures } = signed;
      core.verifySignatures(publicKeys, messages, lengths, signatures);
    },
  });
  bench("submit with signatures", open, (shard) => {
    shard.submit(envelopes);
  });
  bench("assemble", () => filled(envelopes), (shard) => {
    assemble(shard);
  });
  bench("end_block of nothing that waits", () => executed(open(), payload), (
    shard,
  ) => {
    shard.endBlock(0n);
  });
  bench("end_block with settling", () => {
    const shard = filled(envelopes);
    assemble(shard);
    return executed(shard, payload);
  }, (shard) => {
    shard.endBlock(0n);
  });
}
