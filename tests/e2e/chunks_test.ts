/** Chunks over real connections: each peer gives its part, whoever stalls or lies is passed over, and a closed data port does not matter. */
import assert from "node:assert/strict";
import { makeBatch } from "../../src/consensus/testing/batch.ts";
import {
  fetching,
  MIB_OF,
  serving,
  throttled,
  type Twist,
} from "../../src/consensus/testing/fetching.ts";
import { createCore, loadCoreModule } from "../../src/core/mod.ts";
import {
  isMeshed,
  testNetwork,
  until,
} from "../../src/network/testing/open.ts";
import { systemClock } from "../../src/platform/mod.ts";
import { onTime, type Timed, timed } from "../support/lag.ts";

const genesisHash = new Uint8Array(32).fill(1);
const core = createCore(await loadCoreModule());
const clock = systemClock();
const batches = Array.from(
  { length: 12 },
  (_, at) => makeBatch(core, genesisHash, at + 1, MIB_OF),
);
const BYTES_PER_MS = 4_000;
const CHUNK = "chunk";
/** With more, who seems slow may not be. */
const LAG_MS_MAX = 250;

interface Run {
  /** Chunks that each was asked for. */
  asked: number[];
  scores: number[];
}

const slow = () => throttled(clock, BYTES_PER_MS);

const silent: Twist = (topic, answer) =>
  topic === CHUNK ? () => new Promise(() => {}) : answer;

const lying: Twist = (topic, answer) => async (from, body) => {
  const bytes = (await answer(from, body)).slice();
  if (topic === CHUNK) bytes[1_000]! ^= 1;
  return bytes;
};

/** Gets all from peers that do so; gives how many chunks each was asked for, and their scores. */
async function run(
  twists: readonly Twist[],
  options = {},
  isMesh = true,
): Promise<Timed<Run>> {
  const node = await testNetwork(1, options);
  const bootstrap = node.multiaddrs();
  const peers = await Promise.all(
    twists.map((_, at) => testNetwork(at + 2, { ...options, bootstrap })),
  );
  try {
    const served = peers.map((peer, at) =>
      serving(core, peer, batches, twists[at])
    );
    await until(
      "mesh",
      () => isMesh ? isMeshed(node, 3) : node.peers().length === 3,
    );
    const { all } = fetching(core, genesisHash, clock, node);
    return await timed([], async () => {
      for (const [at, batch] of (await all(batches)).entries()) {
        assert.deepEqual(batch, batches[at]!.batch);
      }
      const known = await node.peerInfo();
      return {
        asked: served.map(({ asked }) => asked()),
        scores: peers.map(({ id }) =>
          known.find((one) => one.id === id)?.score ?? -Infinity
        ),
      };
    });
  } finally {
    await Promise.all([node, ...peers].map((one) => one.close()));
  }
}

async function check(
  make: () => Promise<Timed<Run>>,
  holds: (run: Run) => boolean,
): Promise<void> {
  const run = await onTime(make, { isFine: holds, lagMsMax: LAG_MS_MAX });
  assert.ok(holds(run), `${run.asked}; ${run.scores}`);
}

const sum = (counts: number[]) => counts.reduce((one, other) => one + other);

Deno.test("three real peers that could give equally much each give a good part", () =>
  check(
    () => run([slow(), slow(), slow()]),
    ({ asked }) => asked.every((count) => count > 0.1 * sum(asked)),
  ));

Deno.test("a real peer that gives no chunk is asked for a few, one that lies for fewer, and both lose score", () =>
  check(
    () => run([silent, lying, slow()]),
    ({ asked: [mute, liar, good], scores }) =>
      5 * mute! < good! && 5 * liar! < good! && scores[1]! < scores[2]!,
  ));

Deno.test("where the data plane is closed chunks come over libp2p", () => {
  const nowhere = { announce: { addresses: [], dataPort: 9 } };
  return check(
    () => run([slow(), slow(), slow()], nowhere, false),
    ({ asked }) => asked.every((count) => count > 10),
  );
});
