/** A process on a real disk is killed while it writes; its successor finds all that was acknowledged. */
import assert from "node:assert/strict";
import { collectingLog } from "../platform/mod.ts";
import { byName, collect, module, same } from "./testing/fixtures.ts";
import {
  batchOf,
  blockOf,
  digestOf,
  pageOf,
  resultOf,
} from "./testing/kill_fixtures.ts";
import { openStoreWorker } from "./mod.ts";
import type { Store } from "./types.ts";

const ROUNDS = 4;
const ROUND_MS_MIN = 300;
const ROUND_MS_SPREAD = 400;

/** Runs the writer for a while and gives the last height it named for each kind. */
async function writeAndKill(path: string): Promise<Record<string, bigint>> {
  const script = new URL("./testing/kill_writer.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--unstable-kv", script, path],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  let killed = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    // A start may write results only, of blocks that are there.
    if (killed || !/^block /m.test(text)) continue;
    killed = true;
    const delay = ROUND_MS_MIN + Math.random() * ROUND_MS_SPREAD;
    setTimeout(() => child.kill("SIGKILL"), delay);
  }
  await child.status;
  const lines = [...text.matchAll(/(\w+) (\d+)\n/g)];
  return Object.fromEntries(
    lines.map(([, kind = "", height = "0"]) => [kind, BigInt(height)]),
  );
}

async function check(
  store: Store,
  acknowledged: Record<string, bigint>,
): Promise<void> {
  const tip = await store.tip();
  assert.ok(tip >= (acknowledged.block ?? 0n));
  for (let height = 1n; height <= tip; height++) {
    same(await store.block(height), blockOf(height));
    same(await store.batch(digestOf(height)), batchOf(height));
  }
  for (let height = 1n; height <= (acknowledged.result ?? 0n); height++) {
    const result = resultOf(height);
    same(await store.result(height), result);
    const id = result.transactionIds.slice(3 * 32, 4 * 32);
    same(await store.transaction(id), { height, index: 3 });
  }
  const checkpoint = await store.checkpoint();
  const height = checkpoint?.height ?? 0n;
  assert.ok(height >= (acknowledged.checkpoint ?? 0n));
  if (!checkpoint) return;
  const pages = await collect(checkpoint.pages());
  same(
    byName(pages.flat()),
    byName([pageOf(height, 0), pageOf(height, 1)]),
  );
}

Deno.test("a process killed with SIGKILL while it writes loses nothing that it acknowledged", async () => {
  const home = await Deno.makeTempDir();
  const path = `${home}/node.kv`;
  let last = 0n;
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = await writeAndKill(path);
    const { store, close } = await openStoreWorker({
      path,
      core: module,
      log: collectingLog(),
    });
    await check(store, acknowledged);
    const tip = await store.tip();
    assert.ok(tip > last, `round ${round} wrote nothing`);
    last = tip;
    await close();
  }
  await Deno.remove(home, { recursive: true });
});
