/**
 * kill -9 of one and of all validators of a network under load: the others go
 * on, whoever comes back catches up to the same state, and nothing that any of
 * them called final is lost. CRASH_ROUNDS sets how often.
 */
import assert from "node:assert/strict";
import { type Client, createClient } from "../../mod.ts";
import { ask, type NodeProcess, startNode, withHome } from "../harness.ts";
import { assertOnlyGone, goesOn, type Load, runLoad } from "../support/load.ts";
import { type LocalnetProcess, startLocalnet } from "../support/localnet.ts";
import { SeededRandom } from "../support/random.ts";
import { pause, until } from "../support/wait.ts";

const ROUNDS = Number(Deno.env.get("CRASH_ROUNDS") ?? 1);
const SEED = Number(Deno.env.get("CRASH_SEED") ?? Date.now() % 2 ** 31);
const VALIDATORS = 4;
const LANES = 2;
const WARM_MS = 1_000;
/** So much it misses at least. */
const AWAY_MS = 3_000;
const AGREE_MS_MAX = 60_000;
const SINK = new Uint8Array(32).fill(0x78);

/** A network whose nodes are killed and come back. */
class Network {
  readonly load: Load = { acknowledged: [], submitted: 0 };
  readonly clients: Client[];
  readonly #net: LocalnetProcess;
  readonly #back = new Map<number, NodeProcess>();
  /** Every round has lanes of its own: what a killed node left may still be on its way. */
  #round = 0;

  constructor(net: LocalnetProcess) {
    this.#net = net;
    this.clients = net.nodes.map(({ rpc }) => createClient({ url: rpc }));
  }

  /** Each node gets transfers of its own accounts until the signal ends it. */
  run(signal: AbortSignal): Promise<void> {
    const firstLane = LANES * this.#round++;
    const { accounts } = this.#net;
    const running = this.clients.map(async (client, index) => {
      const own = accounts.filter((_, at) => at % VALIDATORS === index);
      const options = { lanes: LANES, firstLane, to: SINK, load: this.load };
      assertOnlyGone(await runLoad(client, own, options, signal));
    });
    return Promise.all(running).then(() => undefined);
  }

  async kill(index: number): Promise<void> {
    const back = this.#back.get(index);
    if (back) await back.kill();
    else this.#net.kill(index);
  }

  async restart(index: number): Promise<void> {
    const { home, rpc } = this.#net.nodes[index]!;
    const options = { command: "start", rpcPort: "kept" };
    const node = await startNode(home, options);
    this.#back.set(index, node);
    assert.equal(node.ready.rpc, rpc, "it keeps its port");
  }

  /** All reach one height with one state, and have all that was acknowledged. */
  async agree(): Promise<void> {
    const { acknowledged } = this.load;
    const last = acknowledged.reduce(
      (max, { height }) => height > max ? height : max,
      0n,
    );
    const hashes = await Promise.all(this.clients.map(async (client) => {
      await until(
        `${last + 2n} is reached`,
        AGREE_MS_MAX,
        async () => (await client.status()).executedHeight >= last + 2n,
      );
      return (await client.block(last + 2n)).appHash;
    }));
    assert.equal(new Set(hashes).size, 1, `states at ${last}`);
    for (const { hash, height } of acknowledged) {
      for (const client of this.clients) {
        const found = await client.transaction(hash);
        assert.deepEqual([found.height, found.code], [height, 0], hash);
      }
    }
    const { balance } = await this.clients[0]!.account(SINK);
    assert.ok(balance >= BigInt(acknowledged.length));
    assert.ok(balance <= BigInt(this.load.submitted));
  }

  async stop(): Promise<void> {
    for (const node of this.#back.values()) await node.kill();
    await this.#net.stop();
  }
}

async function killOne(network: Network, index: number) {
  const stop = new AbortController();
  const running = network.run(stop.signal);
  await pause(WARM_MS);
  await network.kill(index);
  await pause(AWAY_MS);
  assert.ok(await goesOn(network.load), "the others go on");
  await network.restart(index);
  await pause(WARM_MS);
  stop.abort();
  await running;
  await network.agree();
}

async function killAll(network: Network) {
  const stop = new AbortController();
  const running = network.run(stop.signal);
  await pause(WARM_MS);
  await Promise.all(network.clients.map((_, index) => network.kill(index)));
  stop.abort();
  await running;
  await Promise.all(network.clients.map((_, index) => network.restart(index)));
  await network.agree();
}

Deno.test(`a network loses nothing by ${ROUNDS} kills of one and of all under load`, async (t) => {
  await withHome(async (home) => {
    const random = new SeededRandom(SEED);
    const net = await startLocalnet(home, VALIDATORS);
    const network = new Network(net);
    try {
      for (let round = 1; round <= ROUNDS; round++) {
        const index = random.integer(VALIDATORS);
        const name = `round ${round}, CRASH_SEED=${SEED}`;
        await t.step(
          `${name}: validator ${index} is killed, and comes back`,
          () => killOne(network, index),
        );
        await t.step(`${name}: all are killed`, () => killAll(network));
      }
    } finally {
      await network.stop();
    }
    await t.step("replay agrees", async () => {
      for (const node of net.nodes) {
        const replay = await ask("replay", "--home", node.home);
        assert.equal(replay.mismatches, 0);
      }
      const { acknowledged, submitted } = network.load;
      console.log(`${acknowledged.length} of ${submitted} acknowledged`);
    });
  });
});
