/**
 * What a node gets from several peers at once, measured on real nodes in one
 * process: `deno run -A bench/transfer.ts [MIB] [MB_PER_S]`. Batches of 1 MiB
 * come over native QUIC from one peer, from two, from three, and from three of
 * which one stalls or lies; and over libp2p from three whose data plane is
 * closed. Each peer gives so many MB a second. Prints one JSON object:
 * milliseconds until all is there, and how many chunks each peer was asked for.
 */
import { makeBatch } from "../src/consensus/testing/batch.ts";
import {
  fetching,
  MIB_OF,
  serving,
  throttled,
  type Twist,
} from "../src/consensus/testing/fetching.ts";
import { createCore, loadCoreModule } from "../src/core/mod.ts";
import { testNetwork, until } from "../src/network/testing/open.ts";
import { systemClock } from "../src/platform/mod.ts";

const MIB = Number(Deno.args[0] ?? 64);
const BYTES_PER_MS = 1_000 * Number(Deno.args[1] ?? 8);
const CONNECT_MS = 30_000;

const core = createCore(await loadCoreModule());
const genesisHash = new Uint8Array(32).fill(1);
const clock = systemClock();
const batches = Array.from(
  { length: MIB },
  (_, at) => makeBatch(core, genesisHash, at + 1, MIB_OF),
);

/** Gives some chunks, then nothing any more. */
function stalling(): Twist {
  const give = throttled(clock, BYTES_PER_MS);
  let asked = 0;
  return (topic, answer) => {
    const given = give(topic, answer);
    return (from, body) =>
      topic === "chunk" && asked++ >= 20
        ? new Promise(() => {})
        : given(from, body);
  };
}

/** Changes a byte of each chunk. */
function lying(): Twist {
  const give = throttled(clock, BYTES_PER_MS);
  return (topic, answer) => {
    const given = give(topic, answer);
    return async (from, body) => {
      const bytes = (await given(from, body)).slice();
      if (topic === "chunk") bytes[bytes.length >> 1]! ^= 1;
      return bytes;
    };
  };
}

const honest = () => throttled(clock, BYTES_PER_MS);

async function measure(twists: readonly Twist[], isClosed = false) {
  // Where nothing listens, so that all goes over libp2p.
  const nowhere = isClosed ? { announce: { addresses: [], dataPort: 9 } } : {};
  const node = await testNetwork(1, nowhere);
  const bootstrap = node.multiaddrs();
  const peers = await Promise.all(
    twists.map((_, at) => testNetwork(at + 2, { ...nowhere, bootstrap })),
  );
  try {
    const served = peers.map((peer, at) =>
      serving(core, peer, batches, twists[at])
    );
    await until(
      "mesh",
      async () =>
        (await node.peerInfo()).filter(({ control, data }) =>
          control && (data || isClosed)
        ).length === peers.length,
      CONNECT_MS,
    );
    const { all } = fetching(core, genesisHash, clock, node);
    const sinceMs = performance.now();
    await all(batches);
    return {
      ms: Math.round(performance.now() - sinceMs),
      chunks: served.map(({ asked }) => asked()),
    };
  } finally {
    await Promise.all([node, ...peers].map((one) => one.close()));
  }
}

console.log(JSON.stringify({
  mib: MIB,
  mb_per_s_each: BYTES_PER_MS / 1_000,
  one: await measure([honest()]),
  two: await measure([honest(), honest()]),
  three: await measure([honest(), honest(), honest()]),
  one_of_three_stalls: await measure([stalling(), honest(), honest()]),
  one_of_three_lies: await measure([lying(), honest(), honest()]),
  three_by_libp2p: await measure([honest(), honest(), honest()], true),
}));
// libp2p's addon keeps the process alive after its nodes are closed.
Deno.exit();
