/**
 * What CometBFT's end-to-end tests do to a node of a network under load
 * (`test/e2e/runner/perturb.go`): disconnect, pause, kill, restart.
 */
import assert from "node:assert/strict";
import { type Client, decodeAddress } from "../../mod.ts";
import { type NodeProcess, withHome } from "../harness.ts";
import { LinesBetween } from "../support/lines_between.ts";
import { type Load, runLoad } from "../support/load.ts";
import {
  clientOf,
  goOnTogether,
  type Homes,
  makeHomes,
  startValidator,
} from "../support/validators.ts";
import { pause, until } from "../support/wait.ts";

const WITHIN_MS = 60_000;
const PERTURBED_MS = 3_000;
const BLOCKS = 5n;

/** Four validators, lines between them, and transfers over each of them. */
class Network {
  readonly homes: Homes;
  readonly lines: LinesBetween;
  readonly clients: Client[];
  readonly load: Load = { acknowledged: [], submitted: 0 };
  readonly #nodes: NodeProcess[] = [];
  readonly #end = new AbortController();
  #senders: Promise<void>[] = [];

  constructor(homes: Homes) {
    this.homes = homes;
    this.lines = new LinesBetween(homes.plans);
    this.clients = homes.plans.map(clientOf);
  }

  async start(): Promise<void> {
    await Promise.all(this.clients.map((_, node) => this.run(node)));
    this.#senders = this.clients.map((_, node) => this.#send(node));
  }

  node(index: number): NodeProcess {
    return this.#nodes[index]!;
  }

  /** Starts a node, at first or again. */
  async run(index: number): Promise<void> {
    const node = await startValidator(this.homes.plans[index]!);
    this.#nodes[index] = node;
    this.lines.runs(index, node.pid);
  }

  /** All together again, and nothing that was acknowledged is missing anywhere. */
  async check(): Promise<void> {
    const acknowledged = [...this.load.acknowledged];
    await goOnTogether(this.clients, { blocks: BLOCKS, withinMs: WITHIN_MS });
    for (const [n, client] of this.clients.entries()) {
      for (const { hash, height } of acknowledged) {
        await until(`node ${n} has ${hash}`, WITHIN_MS, async () => {
          const found = await client.transaction(hash);
          assert.deepEqual([found.height, found.code], [height, 0]);
          return true;
        });
      }
    }
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#senders);
    await Promise.all(this.#nodes.map((node) => node.stop()));
    this.lines.close();
  }

  /** One account over one node, again after every fault of it. */
  async #send(index: number): Promise<void> {
    const { accounts } = this.homes;
    const to = decodeAddress(accounts[9 - index]!.address);
    while (!this.#end.signal.aborted) {
      const load = { lanes: 1, to, load: this.load };
      const account = accounts[index]!;
      await runLoad(this.clients[index]!, [account], load, this.#end.signal)
        .catch(() => undefined);
      await pause(500);
    }
  }
}

/** What happens to node 3 while the others must go on. */
const PERTURBATIONS: Record<string, (network: Network) => Promise<void>> = {
  async disconnect({ lines, clients }) {
    const heightOf = async (node: number) =>
      (await clients[node]!.status()).height;
    lines.cut(3);
    await pause(PERTURBED_MS);
    const height = await heightOf(3);
    await until("the others leave it behind", WITHIN_MS, async () => {
      return await heightOf(0) > height + BLOCKS;
    });
    assert.equal(await heightOf(3), height, "nothing reaches it");
    lines.heal(3);
  },
  async pause(network) {
    const { pid } = network.node(3);
    Deno.kill(pid, "SIGSTOP");
    await pause(PERTURBED_MS);
    Deno.kill(pid, "SIGCONT");
  },
  async kill(network) {
    await network.node(3).kill();
    await network.run(3);
  },
  async restart(network) {
    const { pid, stop } = network.node(3);
    Deno.kill(pid, "SIGTERM");
    await stop();
    await network.run(3);
  },
};

Deno.test("perturbations of CometBFT: disconnect, pause, kill, restart", async (t) => {
  await withHome(async (directory) => {
    const network = new Network(await makeHomes(directory, { lines: true }));
    try {
      await network.start();
      await goOnTogether(network.clients, {
        blocks: BLOCKS,
        withinMs: WITHIN_MS,
      });
      for (const [name, perturb] of Object.entries(PERTURBATIONS)) {
        await t.step(name, async () => {
          const { height } = await network.clients[0]!.status();
          await perturb(network);
          await until(`the others go on`, WITHIN_MS, async () => {
            return (await network.clients[0]!.status()).height > height;
          });
          await network.check();
        });
      }
      assert.ok(network.load.acknowledged.length > 0);
    } finally {
      await network.stop();
    }
  });
});
