/** One validator of four breaks the rules, in a process of its own: the chain goes on, and its blocks convict it. */
import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import type { Client } from "../../mod.ts";
import { CertifiedBlockSchema } from "../../src/proto/gen/rustorium/v1/block_pb.ts";
import { ask, type NodeProcess, startByzantine, withHome } from "../harness.ts";
import {
  clientOf,
  goOnTogether,
  makeHomes,
  startValidator,
} from "../support/validators.ts";
import { until } from "../support/wait.ts";

const WITHIN_MS = 60_000;

/** Whom the evidence in the blocks of a node names, by address in hex. */
class Convictions {
  readonly #client: Client;
  readonly #found = new Map<string, bigint>();
  #next = 1n;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The height of the first block that names it. */
  async against(address: string): Promise<bigint | undefined> {
    const { height } = await this.#client.status();
    for (; this.#next <= height; this.#next++) {
      const { raw } = await this.#client.block(this.#next);
      const { block } = fromBinary(CertifiedBlockSchema, raw);
      for (const { kind } of block!.evidence) {
        assert.equal(kind.case, "duplicateVote");
        const [first, second] = [kind.value!.first!, kind.value!.second!];
        assert.deepEqual(first.validator, second.validator);
        const name = first.validator.toHex();
        if (!this.#found.has(name)) this.#found.set(name, this.#next);
      }
    }
    assert.ok([...this.#found.keys()].every((name) => name === address));
    return this.#found.get(address);
  }
}

Deno.test("a process that votes for two blocks is convicted on every honest node, and the chain goes on", async () => {
  await withHome(async (directory) => {
    const { plans, accounts } = await makeHomes(directory);
    const running: NodeProcess[] = [];
    try {
      const [byzantine, ...honest] = await Promise.all([
        startByzantine(plans[3]!.home, "equivocator"),
        ...plans.slice(0, 3).map(startValidator),
      ]);
      running.push(byzantine, ...honest);
      const clients = plans.slice(0, 3).map(clientOf);
      const { validators } = await clients[0]!.validators();
      const [from, to] = accounts;
      const sent = await ask(
        ...["send", "--from", from!.secret_key, "--to", to!.address],
        ...["--amount", "7", "--rpc", honest[0]!.ready.rpc],
      );
      const heights = new Set<bigint>();
      for (const [n, client] of clients.entries()) {
        const convictions = new Convictions(client);
        let found: bigint | undefined;
        await until(`node ${n} shows evidence`, WITHIN_MS, async () => {
          found = await convictions.against(byzantine.ready.address!);
          return found !== undefined;
        });
        heights.add(found!);
      }
      assert.equal(heights.size, 1, "the same block everywhere");
      assert.equal(validators.length, 4, "recorded, not punished");
      await goOnTogether(clients, { blocks: 3n, withinMs: WITHIN_MS });
      for (const client of clients) {
        assert.equal((await client.transaction(sent.hash)).code, 0);
      }
    } finally {
      for (const node of running) await node.stop();
    }
  });
});
