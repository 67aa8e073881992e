/** A real node under attack, with honest ones who go on meanwhile. `ATTACK_SECONDS` makes each attack longer, and shows what happened. */
import assert from "node:assert/strict";
import type { KnownRecord } from "../../src/network/record.ts";
import { withHome } from "../harness.ts";
import { openStranger, type Target } from "./attacker.ts";
import { residentBytes } from "./flood.ts";
import { type Honest, startHonest } from "./honest.ts";
import type { Asked } from "./honest_askers.ts";
import { signerOf, signTransfer } from "./sign.ts";
import { makeHomes, startValidator } from "./validators.ts";
import { until } from "./wait.ts";

const SECONDS = Deno.env.get("ATTACK_SECONDS");
const ATTACK_MS = Number(SECONDS ?? 2) * 1_000;
/** Long enough for what else the machine does to show in it. */
const QUIET_MS = SECONDS === undefined ? 1_000 : 5_000;
/** On a machine that does other things too; where each attack is long, three times the quiet one. */
const P95_MS_MAX = 2_000;
const GROWTH_BYTES_MAX = 384 << 20;
/** From the beginning of the attack. */
const NAMED_MS_MAX = Math.max(60_000, 2 * ATTACK_MS);

/** Addresses of this machine count as those of strangers do; a block outlasts the test. */
const CONFIG = `
[network]
local_groups = "counted"
[network.limits]
block_ms = 60000
`;

export interface Siege {
  target: Target;
  p2pPort: number;
  /** How the data plane is reached. */
  record: KnownRecord;
  /** Attacks while honest ones go on, until a line of the node's log has all of `told`; `attack` ends when the signal is aborted. */
  attack(
    name: string,
    attack: (signal: AbortSignal) => Promise<void>,
    ...told: string[]
  ): Promise<void>;
  /** A transfer that the node would admit. */
  envelope(): Promise<Uint8Array<ArrayBuffer>>;
}

export async function withSiege(use: (siege: Siege) => Promise<void>) {
  await withHome(async (directory) => {
    const { plans, accounts } = await makeHomes(directory, {
      validators: 1,
      config: CONFIG,
    });
    const node = await startValidator(plans[0]!);
    let honest: Honest<Asked> | undefined;
    try {
      const chain = await node.client.chain();
      const target = { ...chain, p2p: node.ready.p2p[0]! };
      const scout = await openStranger(2, target);
      const record = await scout.greet(await scout.dial());
      await scout.close();
      const { chainId, genesisHash, p2p } = target;
      const askers = honest = await startHonest<Asked>(
        "honest_askers.ts",
        ...[chainId, genesisHash.toHex(), p2p, node.ready.rpc],
      );
      const signer = signerOf(Uint8Array.fromHex(accounts[0]!.secret_key));
      const envelope = async (lane: number, nonce: number) => {
        const { height } = await node.client.status();
        const validUntil = height + 100n;
        return signTransfer(chain, signer, { lane, nonce, validUntil });
      };
      let nonce = 0;
      const transfer = async () => {
        const sent = await envelope(0, nonce++);
        const { code } = await node.client.wait(await node.client.submit(sent));
        assert.equal(code, 0);
      };
      const askAll = async (ms: number) =>
        (await Promise.all([askers.goOn(ms), transfer()]))[0];
      const isTold = (...texts: string[]) =>
        until(texts.join(" "), NAMED_MS_MAX, () => {
          const lines = node.log().split("\n");
          const has = (line: string) =>
            texts.every((one) => line.includes(one));
          return Promise.resolve(lines.some(has));
        });
      const attack: Siege["attack"] = async (name, attack, ...told) => {
        const calm = await askAll(QUIET_MS);
        const before = residentBytes(node.pid);
        const over = new AbortController();
        const [[storm]] = await Promise.all([
          Promise.all([askAll(ATTACK_MS), isTold(...told)])
            .finally(() => over.abort()),
          attack(over.signal),
        ]);
        const growth = residentBytes(node.pid) - before;
        if (SECONDS !== undefined) {
          const say = (who: keyof Asked) =>
            `p95 ${storm[who].toFixed(1)} ms instead of ${
              calm[who].toFixed(1)
            }`;
          const grown = Math.round(growth / 2 ** 20);
          console.log(
            `${name}: peer ${say("peerMs")}, client ${
              say("clientMs")
            }, ${grown} MiB more`,
          );
        }
        for (const who of ["peerMs", "clientMs"] as const) {
          const most = SECONDS === undefined ? P95_MS_MAX : 3 * calm[who];
          assert.ok(storm[who] < most, `${who}: ${storm[who]} of ${most}`);
        }
        assert.ok(growth < GROWTH_BYTES_MAX, `${growth} bytes more`);
        await transfer();
      };
      await use({
        ...{ target, record, attack, p2pPort: plans[0]!.p2pPort },
        envelope: () => envelope(1, 0),
      });
    } finally {
      await honest?.stop();
      await node.stop();
    }
  });
}
