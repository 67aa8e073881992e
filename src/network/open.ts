import { defaultConfig } from "../config/mod.ts";
import { processors, seedSigner } from "../platform/mod.ts";
import { REAL_CARRIERS } from "./carriers.ts";
import { guardControl, type Guarded } from "./control/guarded.ts";
import type { ControlNode } from "./control/node.ts";
import { ControlPlane } from "./control/plane.ts";
import { protocolsOf } from "./control/protocols.ts";
import { startDataHere } from "./data/start_here.ts";
import { type DataWorker, startDataWorker } from "./data/start_worker.ts";
import { peerIdOf } from "./identity.ts";
import { LIMITS } from "./limits.ts";
import { openPeering } from "./peering.ts";
import { hostIn } from "./peers/groups.ts";
import { type Connected, PeerManager } from "./peers/manager.ts";
import { observed } from "./peers/observed.ts";
import { rulesOf } from "./peers/rules.ts";
import { type KnownRecord, signRecord } from "./record.ts";
import { Router } from "./router.ts";
import type { NetworkOptions, NodeNetwork, PeerInfo } from "./types.ts";

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
    options.log.warn(
      "network.quic.initial_rtt_ms is only what the data plane's windows begin with: no QUIC of this platform takes it",
    );
  }
  const router = new Router(peerIdOf(publicKey), options.clock, options.log);
  const data = await startData(options);
  const guarded = guardControl(options);
  let node: ControlNode | undefined;
  try {
    const { gossip, kad } = protocolsOf(options.chainId);
    const { startNode } = options.carriers ?? REAL_CARRIERS;
    node = await startNode({
      ...{ seed, listen, config, guarded },
      gossipTopic: gossip,
      discovery: options.discovery ?? { kadDht: false, mdns: false },
      scope: {
        kad,
        serviceTag: `_rst-${genesisHash.subarray(0, 8).toHex()}._udp.local`,
        isTold: (id) => !options.privatePeers?.includes(id),
      },
      announce: [...announce?.addresses ?? []],
    });
    return await join(options, { router, data, node, guarded });
  } catch (thrown) {
    await node?.stop();
    await data.stop();
    throw thrown;
  }
}

/** With so few processors the data plane gets no thread of its own. */
const FEW_PROCESSORS = 2;

function startData(options: NetworkOptions): Promise<DataWorker> {
  const { seed, listen, config, genesisHash } = options;
  const { dataThread = processors() > FEW_PROCESSORS } = options;
  const dataOptions = {
    ...{ seed, genesisHash, config, ...rulesOf(options) },
    listen: { host: listen.host, port: listen.dataPort },
  };
  if (!dataThread || options.carriers) {
    const { clock, random, log, carriers } = options;
    const outside = { clock, random, log, quic: carriers?.quic };
    return startDataHere(dataOptions, outside);
  }
  const log = options.workerLog ?? { level: "warn", format: "json" };
  return startDataWorker(dataOptions, log);
}

interface Parts {
  router: Router;
  data: DataWorker;
  node: ControlNode;
  guarded: Guarded;
}

async function join(
  options: NetworkOptions,
  { router, data, node, guarded }: Parts,
): Promise<NodeNetwork> {
  const multiaddrs = () => localFirst(node.getMultiaddrs().map(String));
  const own = await signRecord(seedSigner(options.seed), options.genesisHash, {
    timeMs: options.clock.now(),
    addresses: publicFirst(node.getMultiaddrs().map(String)),
    dataPort: options.announce?.dataPort || data.address.port,
    certificateHash: data.address.certificateHash,
    ...(options.nodeCertificate && {
      nodeCertificate: options.nodeCertificate,
    }),
  });
  await data.service.announce(own);
  const peering = openPeering(options, router.id, () => router.peers());
  const { admission, anchors, book, dataTargets, groupOf, roles, saved } =
    peering;
  await saved?.load();
  const onChange = () => saved?.changed();
  const refusal = (record: KnownRecord) =>
    admission.refusal(record, options.clock.now());
  const manager: PeerManager = new PeerManager({
    ...options,
    ...peering,
    onChange,
    connected: () => connected(),
    async onReview() {
      const peers = await network.peerInfo().catch(() => []);
      // The data plane may have given it up while others needed the place.
      for (const { id } of peers.filter(({ data }) => !data)) {
        const record = book.get(id);
        if (record) router.onRecord(record.signed);
      }
      if (anchors.use(goodOutbound(peers))) onChange();
    },
    mayStay: (id) => {
      const record = book.get(id);
      return !record || refusal(record) === 0;
    },
    onProtect(ids) {
      const hosts = ids.flatMap((id) => book.get(id)?.hosts ?? []);
      hosts.push(...options.persistentPeers?.map(hostIn) ?? []);
      guarded.guard.protect(hosts);
      guarded.limits.protect(ids);
      data.service.protect([...ids], hosts).catch(() => undefined);
    },
    onBar(ids) {
      guarded.barred = new Set(ids);
      data.service.bar([...ids]).catch(() => undefined);
      for (const id of ids) if (control.has(id)) control.drop(id);
    },
  });
  const control = new ControlPlane({
    ...options,
    ...{ node, book, groupOf, refusal, own: () => own },
    persistent: options.persistentPeers ?? [],
    bootstrap: options.onlyPersistent ? [] : options.bootstrap,
    allows: (id) => admission.allows(id),
    admit: (id, address) => manager.admit({ id, address, direction: "in" }),
    hasRoom: () => manager.hasRoom(),
    isAnchor: (id) => anchors.has(id),
    isTold: (id) => !roles.isPrivate(id),
    ...{ limits: guarded.limits, drops: guarded.drops },
    onDeed: (id, deed) => manager.note(id, deed),
    onOffence: (address, what) => guarded.guard.offend(hostIn(address), what),
    onRecord(record) {
      onChange();
      if (dataTargets.wants(record)) router.onRecord(record.signed);
    },
    onMet: ({ signed }) => router.onRecord(signed),
    onPeers: () => router.onChange(),
    onMessage: (...message) => router.onMessaged("control", ...message),
    onGossip: (...message) => router.onMessaged("gossip", ...message),
    judge: (channel, body) => router.judge(channel, body),
    onRequest: (from, topic, body) => router.onAsked(from, topic, body),
  });
  /** Of those that only the data plane connects it is not known who dialled. */
  const connected = (): Connected[] =>
    router.peers().map((id) => {
      const { address, direction } = control.peer(id)?.line ??
        { address: book.get(id)?.hosts[0] ?? "", direction: "in" as const };
      return { id, address, direction };
    });
  router.onPeers(() => {
    onChange();
    manager.onPeers();
  });
  const network = observed(router, manager);
  guarded.onDeed = (id, deed) => manager.note(id, deed);
  data.service.onDeed((id, deed) => manager.note(id, deed));
  router.connect(control, data);
  manager.start();
  await control.start();
  return Object.assign(network, {
    multiaddrs,
    dataPort: data.address.port,
    failed: data.failed,
    close: closing(router, async () => {
      manager.stop();
      await saved?.close();
    }),
  });
}

/** Peers that this node dialled, which have lasted and did nothing bad. */
function goodOutbound(peers: readonly PeerInfo[]): string[] {
  return peers.filter(({ control, score, connectedMs }) =>
    control?.direction === "out" && score >= 0 &&
    connectedMs >= LIMITS.stableMs
  ).map(({ id }) => id);
}

/** Closes what hangs on the router before the router itself. */
function closing(
  router: Router,
  before: () => Promise<void>,
): () => Promise<void> {
  const close = router.close.bind(router);
  return async () => {
    await before();
    await close();
  };
}

const isLocal = (address: string) =>
  /^\/ip4\/127\.|^\/ip6\/::1\//.test(address);

/** What a person on this machine tries first. */
function localFirst(addresses: string[]): string[] {
  return addresses.toSorted((one, other) =>
    Number(isLocal(other)) - Number(isLocal(one))
  );
}

/** Beyond the local network nobody gets there, and within it only by a name of the line. */
const isLinkLocal = (address: string) => /^\/ip6\/fe[89ab]/.test(address);

/** What other machines try first, without the peer id; of equal ones in the order in which they are announced. */
function publicFirst(addresses: string[]): string[] {
  return addresses.filter((one) => !isLinkLocal(one))
    .toSorted((one, other) => Number(isLocal(one)) - Number(isLocal(other)))
    .map((one) => one.replace(/\/p2p\/[^/]+$/, ""));
}
