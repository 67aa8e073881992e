/**
 * kill -9 at random moments under load: what was acknowledged is there
 * afterwards, and every height replays to the same roots. CRASH_ROUNDS sets how
 * often, CRASH_SEED repeats the moments.
 */
import assert from "node:assert/strict";
import {
  ask,
  type NodeProcess,
  startAndKill,
  startNode,
  withHome,
} from "../harness.ts";
import { assertOnlyGone, goesOn, type Load, runLoad } from "../support/load.ts";
import { SeededRandom } from "../support/random.ts";
import { pause } from "../support/wait.ts";

const ROUNDS = Number(Deno.env.get("CRASH_ROUNDS") ?? 3);
const SEED = Number(Deno.env.get("CRASH_SEED") ?? Date.now() % 2 ** 31);
const LANES = 4;
/** From when a life has acknowledged something. */
const KILL_MS_MIN = 100;
const KILL_MS_MAX = 2_500;
/** About as long as a start takes. */
const START_MS_MAX = 1_000;

/** Receives everything; nobody has its key. */
const SINK = new Uint8Array(32).fill(0x77);

async function loadAndKill(node: NodeProcess, load: Load, afterMs: number) {
  const stop = new AbortController();
  const running = runLoad(
    node.client,
    node.ready.accounts,
    { lanes: LANES, to: SINK, load },
    stop.signal,
  );
  await goesOn(load);
  await pause(afterMs);
  await node.kill();
  stop.abort();
  assertOnlyGone(await running);
}

/** Everything acknowledged so far, at the height that was acknowledged. */
async function check({ client }: NodeProcess, load: Load) {
  for (const { hash, height } of load.acknowledged) {
    const found = await client.transaction(hash);
    assert.equal(found.height, height, hash);
    assert.equal(found.code, 0, hash);
  }
  const { balance } = await client.account(SINK);
  const known = BigInt(load.acknowledged.length);
  assert.ok(balance >= known, `${balance} arrived, ${known} acknowledged`);
  assert.ok(balance <= load.submitted, `${balance} of ${load.submitted}`);
}

Deno.test(`nothing acknowledged is lost by ${ROUNDS} kills under load`, async (t) => {
  await withHome(async (home) => {
    const random = new SeededRandom(SEED);
    const load: Load = { acknowledged: [], submitted: 0 };
    for (let round = 1; round <= ROUNDS; round++) {
      const afterMs = KILL_MS_MIN + random.integer(KILL_MS_MAX - KILL_MS_MIN);
      const name = `round ${round}, CRASH_SEED=${SEED}, after ${afterMs} ms`;
      await t.step(name, async () => {
        const node = await startNode(home);
        try {
          await check(node, load);
        } finally {
          await loadAndKill(node, load, afterMs);
        }
      });
      const startMs = random.integer(START_MS_MAX);
      await t.step(
        `killed again while it starts, after ${startMs} ms`,
        () => startAndKill(home, startMs),
      );
    }
    await t.step("all is there at the end, and replay agrees", async () => {
      const node = await startNode(home);
      await check(node, load);
      await node.stop();
      assert.ok(load.acknowledged.length > ROUNDS, "there was a load");
      const replay = await ask("replay", "--home", home);
      assert.equal(replay.mismatches, 0);
      console.log(
        `${load.acknowledged.length} of ${load.submitted} acknowledged,`,
        `${replay.height} heights replayed`,
      );
    });
  });
});
