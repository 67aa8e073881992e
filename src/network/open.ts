import type { Libp2p } from "@libp2p/interface";
import { defaultConfig } from "../config/mod.ts";
import { seedSigner } from "../platform/mod.ts";
import { Book } from "./book.ts";
import { startLibp2p } from "./control/node.ts";
import { ControlPlane } from "./control/plane.ts";
import { type DataWorker, startDataWorker } from "./data/start_worker.ts";
import { peerIdOf } from "./identity.ts";
import { signRecord } from "./record.ts";
import { Router } from "./router.ts";
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
  const { seed, listen, announce, config, genesisHash } = options;
  const { publicKey } = seedSigner(seed);
  if (
    config.quic.initial_rtt_ms !== defaultConfig().network.quic.initial_rtt_ms
  ) {
    options.log.warn("network.quic.initial_rtt_ms is not honoured here");
  }
  const router = new Router(peerIdOf(publicKey), options.log);
  const data = await startDataWorker(
    {
      seed,
      genesisHash,
      listen: { host: listen.host, port: listen.dataPort },
      config,
    },
    (item) => router.onData(item),
    options.workerLog ?? { level: "warn", format: "json" },
  );
  let node: Libp2p | undefined;
  try {
    node = await startLibp2p({
      ...{ seed, listen, config },
      announce: [...announce?.addresses ?? []],
    });
    return await join(options, { router, data, node });
  } catch (thrown) {
    await node?.stop();
    await data.stop();
    throw thrown;
  }
}

interface Parts {
  router: Router;
  data: DataWorker;
  node: Libp2p;
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
  const control = new ControlPlane({
    ...options,
    node,
    book: new Book(router.id),
    own: () => own,
    onRecord: ({ signed }) => router.onRecord(signed),
    onPeers: () => router.onChange(),
    onMessage: (from, channel, body) => router.onMessaged(from, channel, body),
    onRequest: (from, topic, body) => router.onAsked(from, topic, body),
  });
  router.connect(control, data);
  await control.start();
  return Object.assign(router, {
    multiaddrs,
    dataPort: data.address.port,
    failed: data.failed,
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
