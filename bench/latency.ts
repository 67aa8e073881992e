/**
 * How long a user waits, measured on a real node: `deno run -A
 * bench/latency.ts [TRANSFERS]`. Prints one JSON object, in milliseconds:
 * until the node is ready, from submission to finality with receipt, and until
 * a proof of the new balance is there.
 */
import { createWallet, sendTransfer } from "../mod.ts";
import { percentiles } from "../src/percentile/mod.ts";
import { type NodeProcess, startNode, withHome } from "../tests/harness.ts";

const TRANSFERS = Number(Deno.args[0] ?? 100);
const PROOFS = Math.min(TRANSFERS, 20);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Median and 95th percentile. */
function summary(samples: number[]) {
  const { p50, p95 } = percentiles(samples);
  return { p50: tenths(p50), p95: tenths(p95) };
}

const tenths = (ms: number) => Math.round(10 * ms) / 10;

async function measure({ client, ready }: NodeProcess) {
  const [from, to] = ready.accounts;
  if (!from || !to) throw new Error("a dev chain has accounts");
  const wallet = createWallet(from.secret_key);
  const transfer = () =>
    sendTransfer(client, wallet, { to: to.address, amount: 1n });
  const send: number[] = [];
  const proof: number[] = [];
  for (let count = 0; count < TRANSFERS; count++) {
    send.push(await timed(transfer));
  }
  for (let count = 0; count < PROOFS; count++) {
    await transfer();
    proof.push(
      await timed(() => client.account(to.address, { prove: true })),
    );
  }
  return { send_ms: summary(send), proof_ms: summary(proof) };
}

await withHome(async (home) => {
  let node: NodeProcess | undefined;
  const first = await timed(async () => node = await startNode(home));
  await node?.stop();
  const again = await timed(async () => node = await startNode(home));
  if (!node) return;
  try {
    const ready_ms = { new_chain: first, again };
    console.log(JSON.stringify({ ready_ms, ...await measure(node) }));
  } finally {
    await node.stop();
  }
});
