/**
 * An honest peer and an honest client of a node, as `startHonest` runs them:
 * `honest_askers.ts CHAIN_ID GENESIS_HASH P2P_ADDRESS RPC_URL`. They ask on and
 * on, for at least as long as they are to, and tell how long the answers took.
 */
import assert from "node:assert/strict";
import { createClient } from "../../mod.ts";
import { openStranger } from "./attacker.ts";
import { takeOrders } from "./honest.ts";
import { pause } from "./wait.ts";

/** Milliseconds that one answer in twenty takes longer than, of a node's two doors. */
export interface Asked {
  peerMs: number;
  clientMs: number;
}

const ASK_EVERY_MS = 20;
/** Of few, one in twenty is the worst. */
const ANSWERS_MIN = 60;

const p95 = (times: number[]) =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.95)]!;

/** Rejects when one is not answered. */
async function askOn(
  ask: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<number> {
  const times: number[] = [];
  while (!signal.aborted || times.length < ANSWERS_MIN) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
    await pause(ASK_EVERY_MS);
  }
  return p95(times);
}

if (import.meta.main) {
  const [chainId = "", genesis = "", p2p = "", url = ""] = Deno.args;
  const genesisHash = Uint8Array.fromHex(genesis);
  const peer = await openStranger(1, { chainId, genesisHash, p2p });
  const link = await peer.link(await peer.greet(await peer.dial()));
  const client = createClient({ url });
  const askPeer = async () => {
    assert.equal((await link.ask("status", new Uint8Array())).length, 8);
  };
  await takeOrders(async (ms): Promise<Asked> => {
    const signal = AbortSignal.timeout(ms);
    const [peerMs, clientMs] = await Promise.all([
      askOn(askPeer, signal),
      askOn(() => client.status(), signal),
    ]);
    return { peerMs, clientMs };
  });
}
