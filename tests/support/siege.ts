/** A real node under attack, with honest ones who go on meanwhile. `ATTACK_SECONDS` makes each attack longer, and shows what happened. */
import assert from "node:assert/strict";
import type { KnownRecord } from "../../src/network/record.ts";
import { withHome } from "../harness.ts";
import { openStranger, type Target } from "./attacker.ts";
import { residentBytes } from "./flood.ts";
import { signerOf, signTransfer } from "./sign.ts";
import { makeHomes, startValidator } from "./validators.ts";
import { pause, until } from "./wait.ts";

const SECONDS = Deno.env.get("ATTACK_SECONDS");
const ATTACK_MS = Number(SECONDS ?? 2) * 1_000;
const QUIET_MS = 1_000;
const ASK_EVERY_MS = 20;
/** On a machine that does other things too. */
const P95_MS_MAX = 2_000;
const GROWTH_BYTES_MAX = 384 << 20;
const NAMED_MS_MAX = 15_000;

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
  /** Attacks while honest ones go on; `attack` ends when the signal is aborted. */
  attack(
    name: string,
    attack: (signal: AbortSignal) => Promise<void>,
  ): Promise<void>;
  /** A transfer that the node would admit. */
  envelope(): Promise<Uint8Array<ArrayBuffer>>;
  /** Waits until a line of the log has all these. */
  isTold(...texts: string[]): Promise<void>;
}

const p95 = (times: number[]) =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.95)]!;

/** Asks on and on; gives how long each took. Rejects when one is not answered. */
async function askOn(
  ask: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<number[]> {
  const times: number[] = [];
  while (!signal.aborted) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
    await pause(ASK_EVERY_MS);
  }
  return times;
}

export async function withSiege(use: (siege: Siege) => Promise<void>) {
  await withHome(async (directory) => {
    const { plans, accounts } = await makeHomes(directory, {
      validators: 1,
      config: CONFIG,
    });
    const node = await startValidator(plans[0]!);
    const { chainId, genesisHash } = await node.client.chain();
    const target = { chainId, genesisHash, p2p: node.ready.p2p[0]! };
    const honest = await openStranger(1, target);
    try {
      const record = await honest.greet(await honest.dial());
      const link = await honest.link(record);
      const chain = await node.client.chain();
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
      const askPeer = async () => {
        assert.equal((await link.ask("status", new Uint8Array())).length, 8);
      };
      const askAll = (signal: AbortSignal) =>
        Promise.all([
          askOn(askPeer, signal),
          askOn(() => node.client.status(), signal),
          transfer(),
        ]);
      const attack: Siege["attack"] = async (name, attack) => {
        const quiet = await askAll(AbortSignal.timeout(QUIET_MS));
        const before = residentBytes(node.pid);
        const signal = AbortSignal.timeout(ATTACK_MS);
        const [under] = await Promise.all([askAll(signal), attack(signal)]);
        const growth = residentBytes(node.pid) - before;
        const figures = [0, 1].map((n) =>
          [quiet, under].map((times) => Math.ceil(p95(times[n] as number[])))
        );
        if (SECONDS !== undefined) {
          const [peer, client] = figures.map(([calm, storm]) =>
            `p95 ${storm} ms instead of ${calm}`
          );
          const grown = Math.round(growth / 2 ** 20);
          console.log(
            `${name}: peer ${peer}, client ${client}, ${grown} MiB more`,
          );
        }
        for (const [calm, storm] of figures) {
          assert.ok(storm! < Math.max(3 * calm!, P95_MS_MAX), `${storm} ms`);
        }
        assert.ok(growth < GROWTH_BYTES_MAX, `${growth} bytes more`);
        await transfer();
      };
      await use({
        ...{ target, record, attack, p2pPort: plans[0]!.p2pPort },
        envelope: () => envelope(1, 0),
        isTold: async (...texts) =>
          await until(texts.join(" "), NAMED_MS_MAX, () =>
            Promise.resolve(
              node.log().split("\n").some((line) =>
                texts.every((text) => line.includes(text))
              ),
            )),
      });
      link.close();
    } finally {
      await honest.close();
      await node.stop();
    }
  });
}
