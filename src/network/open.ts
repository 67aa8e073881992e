import { defaultConfig } from "../config/mod.ts";
import { processors, seedSigner } from "../platform/mod.ts";
import { Book } from "./book.ts";
import { type ControlNode, startLibp2p } from "./control/node.ts";
import { ControlPlane } from "./control/plane.ts";
import { protocolsOf } from "./control/protocols.ts";
import { startDataHere } from "./data/start_here.ts";
import { type DataWorker, startDataWorker } from "./data/start_worker.ts";
import type { Incoming } from "./data/types.ts";
import { peerIdOf } from "./identity.ts";
import { signRecord } from "./record.ts";
import { Router } from "./router.ts";
import { Saved } from "./saved.ts";
import type { NetworkOptions, NodeNetwork } from "./types.ts";

/**
 * Opens both planes and begins to look for peers. Whatever comes from them is
 * bounded and comes from a node of the same chain with a known key.
 *
 * @throws PORT_IN_USE
 */
export async function openNetwork(
  options: NetworkOptions,
): Promise<NodeNetwork> {
  const { seed, listen, announce, config } = options;
  const { publicKey } = seedSigner(seed);
  if (
    config.quic.initial_rtt_ms !== defaultConfig().network.quic.initial_rtt_ms
  ) {
    options.log.warn("network.quic.initial_rtt_ms is not honoured here");
  }
  const router = new Router(peerIdOf(publicKey), options.clock, options.log);
  const data = await startData(options, (item) => router.onData(item));
  let node: ControlNode | undefined;
  try {
    node = await startLibp2p({
      ...{ seed, listen, config },
      gossipTopic: protocolsOf(options.chainId).gossip,
      announce: [...announce?.addresses ?? []],
    });
    return await join(options, { router, data, node });
  } catch (thrown) {
    await node?.stop();
    await data.stop();
    throw thrown;
  }
}

/** With so few processors the data plane gets no thread of its own. */
const FEW_PROCESSORS = 2;

function startData(
  options: NetworkOptions,
  onIncoming: (item: Incoming) => void,
): Promise<DataWorker> {
  const { seed, listen, config, genesisHash, allow } = options;
  const { dataThread = processors() > FEW_PROCESSORS } = options;
  const dataOptions = {
    ...{ seed, genesisHash, config, allow: [...allow ?? []] },
    listen: { host: listen.host, port: listen.dataPort },
  };
  if (!dataThread) return startDataHere(dataOptions, onIncoming, options);
  const log = options.workerLog ?? { level: "warn", format: "json" };
  return startDataWorker(dataOptions, onIncoming, log);
}

interface Parts {
  router: Router;
  data: DataWorker;
  node: ControlNode;
}

async function join(
  options: NetworkOptions,
  { router, data, node }: Parts,
): Promise<NodeNetwork> {
  const multiaddrs = () => localFirst(node.getMultiaddrs().map(String));
  const own = await signRecord(seedSigner(options.seed), options.genesisHash, {
    timeMs: options.clock.now(),
    addresses: publicFirst(multiaddrs()),
    dataPort: options.announce?.dataPort || data.address.port,
    certificateHash: data.address.certificateHash,
  });
  await data.service.announce(own);
  const book = new Book(router.id);
  const saved = options.savedPeers && new Saved({
    ...options,
    ...{ file: options.savedPeers, book },
    peers: () => router.peers(),
  });
  await saved?.load();
  const allowed = new Set(options.allow);
  const control = new ControlPlane({
    ...options,
    ...{ node, book, own: () => own },
    allows: (id) => allowed.size === 0 || allowed.has(id),
    onRecord: ({ signed }) => {
      saved?.changed();
      router.onRecord(signed);
    },
    onPeers: () => router.onChange(),
    onMessage: (...message) => router.onMessaged("control", ...message),
    onGossip: (...message) => router.onMessaged("gossip", ...message),
    judge: (channel, body) => router.judge(channel, body),
    onRequest: (from, topic, body) => router.onAsked(from, topic, body),
  });
  router.onPeers(() => saved?.changed());
  router.connect(control, data);
  await control.start();
  const close = router.close.bind(router);
  return Object.assign(router, {
    multiaddrs,
    dataPort: data.address.port,
    failed: data.failed,
    close: async () => {
      await saved?.close();
      await close();
    },
  });
}

const isLocal = (address: string) =>
  /^\/ip4\/127\.|^\/ip6\/::1\//.test(address);

/** What a person on this machine tries first. */
function localFirst(addresses: string[]): string[] {
  return addresses.toSorted((one, other) =>
    Number(isLocal(other)) - Number(isLocal(one))
  );
}

/** What other machines try first, without the peer id. */
function publicFirst(addresses: string[]): string[] {
  return localFirst(addresses).reverse()
    .map((one) => one.replace(/\/p2p\/[^/]+$/, ""));
}
