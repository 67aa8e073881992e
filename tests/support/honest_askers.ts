/**
 * An honest peer and an honest client of a node, in a process of their own so
 * that nothing but the node and the machine makes them wait:
 * `honest_askers.ts CHAIN_ID GENESIS_HASH P2P_ADDRESS RPC_URL`. Each line it
 * reads, a number of milliseconds, makes it ask on and on for so long; then it
 * prints how long the answers took, as `Asked` in JSON. Ends with its input.
 */
import assert from "node:assert/strict";
import { createClient } from "../../mod.ts";
import { openStranger } from "./attacker.ts";
import { readLines } from "./lines.ts";
import { pause } from "./wait.ts";

/** Milliseconds that one answer in twenty takes longer than, of a node's two doors. */
export interface Asked {
  peerMs: number;
  clientMs: number;
}

const ASK_EVERY_MS = 20;

const p95 = (times: number[]) =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.95)]!;

/** Rejects when one is not answered. */
async function askOn(
  ask: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<number> {
  const times: number[] = [];
  while (!signal.aborted) {
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
  console.log("ready");
  const orders = readLines(Deno.stdin.readable);
  for (let line; (line = await orders.next()) !== undefined;) {
    const signal = AbortSignal.timeout(Number(line));
    const [peerMs, clientMs] = await Promise.all([
      askOn(askPeer, signal),
      askOn(() => client.status(), signal),
    ]);
    console.log(JSON.stringify({ peerMs, clientMs } satisfies Asked));
  }
  // The addon of libp2p would keep it alive.
  Deno.exit();
}
