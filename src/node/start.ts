import type { Config } from "../config/mod.ts";
import { type NodeNetwork, openNetwork } from "../network/mod.ts";
import {
  type Consensus,
  consensusOptions,
  startConsensus,
} from "../consensus/mod.ts";
import { createCore, loadCoreModule } from "../core/mod.ts";
import { ErrorCode, isFault } from "../errors/mod.ts";
import { shardsFor, startExecutorWorker } from "../execution/mod.ts";
import { genesisHead } from "../genesis/mod.ts";
import { startGatewayWorker, type WorkerGateway } from "../gateway/mod.ts";
import {
  type KvFaultPlan,
  lockHome,
  type Log,
  type Network,
  openLogFile,
  processors,
  seedSigner,
  serve,
  systemClock,
  systemRandom,
  systemResolver,
} from "../platform/mod.ts";
import {
  checkpointHead,
  openStoreWorker,
  type StoreWorker,
} from "../storage/mod.ts";
import { ChainFeed } from "./chain_feed.ts";
import { Closing } from "./closing.ts";
import { nodeFiles } from "./files.ts";
import { counted } from "./counted.ts";
import { nodeCertificate } from "./node_certificate.ts";
import { gatewayConfig, peerRules } from "./options.ts";

/** What a node is made of. */
export interface NodeOptions {
  /** The directory that holds everything of this node. */
  home: string;
  config: Config;
  /** Encoding of `rustorium.v1.Genesis`. */
  genesis: Uint8Array;
  /** Secret key of the validator, 32 bytes. */
  validatorSeed: Uint8Array;
  /** Secret key that peers know the node by, 32 bytes. */
  nodeSeed: Uint8Array;
  /** What the chain's authority says of that key, in base64; only permissioned networks ask for it. */
  nodeCertificate?: string;
  /** Whether another port will do where `[p2p] port` is in use. */
  otherPort?: boolean;
  log: Log;
  /** The secret key that the faucet pays from; without it there is no faucet. */
  faucetSeed?: Uint8Array;
  /** Faults of the database to inject, for tests of the whole node. */
  faults?: KvFaultPlan;
  /** Puts something between consensus and the network: for tests, in which a whole node is Byzantine. No configuration reaches it. */
  wrapNetwork?: (network: Network) => Network;
}

/** A node that answers. */
export interface RunningNode {
  chainId: string;
  /** Where its API listens, e.g. `http://127.0.0.1:26657`. */
  rpcUrl: string;
  /** Where peers reach it: `/ip4/…/udp/…/quic-v1/p2p/PEERID`, this machine's own address first. */
  p2p: string[];
  /** Ends all parts, the last started first. Everything acknowledged is on disk then. */
  stop(): Promise<void>;
  /** Rejects when a part breaks down and the node cannot go on; never resolves. */
  failed: Promise<never>;
}

/**
 * Starts a node: recovers what the home holds, goes on with the chain and
 * answers on its API. Fails with HOME_IN_USE, HOME_OTHER_CHAIN,
 * HOME_NEWER_FORMAT, GENESIS_INVALID, PORT_IN_USE and the like, with
 * everything closed again.
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const closing = new Closing(options.log);
  try {
    return await start(options, closing);
  } catch (thrown) {
    await closing.run();
    throw thrown;
  }
}

async function start(
  options: NodeOptions,
  closing: Closing,
): Promise<RunningNode> {
  const { home, config, genesis, log } = options;
  const lock = await lockHome(home);
  closing.add("lock", () => lock.release());
  const core = await loadCoreModule();
  const random = systemRandom();
  const door = createCore(core);
  const genesisHash = door.genesisHash(genesis);
  log.info("signatures are checked in batches", {
    backend: door.signatureBackend(),
  });

  const store = await openStore(options, core, closing);
  await store.store.initialise(genesis, genesisHash);
  const executor = await startExecutorWorker({
    core,
    genesis,
    checkpoint: await checkpointHead(store.store),
    mempool: {
      transactionsMax: config.mempool.transactions_max,
      bytesMax: config.mempool.bytes_max,
    },
    stateBytesMax: config.execution.state_bytes_max,
    entropy: random.bytes(32),
    shards: config.execution.shards || shardsFor(processors()),
    store: store.port(),
  });
  closing.add("executor", () => executor.close());

  const network = await openPeers(options, closing, genesisHash);
  const chain: { consensus?: Consensus } = {};
  const validator = validatorOf(options);
  const feed = new ChainFeed({
    status: () => ({
      peers: network.peers().length,
      syncing: chain.consensus?.syncing() ?? true,
      ...(chain.consensus && { health: chain.consensus.health() }),
      ...(validator && { validator }),
    }),
    peers: async () => ({
      id: network.id,
      addresses: network.multiaddrs(),
      ...await network.report(),
      bans: network.bans(),
    }),
    metrics: () => network.metrics(),
  });
  // The gateway's thread loads while the chain recovers.
  const [consensus, gateway] = await bothStarted(
    startChain(options, closing, {
      genesisHash,
      feed,
      network: options.wrapNetwork?.(network) ?? network,
      store: store.store,
      executor: counted(executor.executor, (some) => feed.forwarded(some)),
      createCore: () => createCore(core, random.bytes(32)),
    }),
    startGateway(options, closing, {
      genesisHash,
      feed,
      core,
      store: store.port(),
      executor: executor.port(),
    }),
  );

  chain.consensus = consensus;
  const { chainId } = genesisHead(genesis);
  log.info("node ready", { chainId, height: consensus.height() });
  return {
    chainId,
    rpcUrl: gateway.url,
    p2p: network.multiaddrs(),
    stop: () => closing.run(),
    failed: firstFailure([
      store.failed,
      executor.failed,
      consensus.failed,
      network.failed,
      gateway.failed,
    ]),
  };
}

/** Listens for peers and looks for them. */
async function openPeers(
  options: NodeOptions,
  closing: Closing,
  genesisHash: Uint8Array,
): Promise<NodeNetwork> {
  const { home, config, genesis, nodeSeed, otherPort, log } = options;
  const { p2p } = config;
  const savedPeers = await openLogFile((await nodeFiles(home)).peers);
  closing.add("saved peers", () => savedPeers.close());
  const rules = {
    ...peerRules(config),
    ...nodeCertificate(options, genesisHash),
  };
  const open = (port: number) =>
    openNetwork({
      ...rules,
      seed: nodeSeed,
      listen: { host: p2p.host, port, dataPort: p2p.data_port },
      announce: { addresses: p2p.announce, dataPort: p2p.announce_data_port },
      bootstrap: p2p.bootstrap,
      savedPeers,
      resolver: systemResolver(),
      config: config.network,
      chainId: genesisHead(genesis).chainId,
      genesisHash,
      clock: systemClock(),
      random: systemRandom(),
      log: log.child({ part: "network" }),
      workerLog: workerLog(config),
    });
  const network = await open(p2p.port).catch((thrown) => {
    const isTaken = isFault(thrown, ErrorCode.PORT_IN_USE);
    if (!isTaken || !otherPort) throw thrown;
    log.warn("the port for peers is in use, another one is taken", {
      port: p2p.port,
    });
    return open(0);
  });
  closing.add("network", () => network.close());
  return network;
}

async function openStore(
  { home, config, log, faults }: NodeOptions,
  core: WebAssembly.Module,
  closing: Closing,
): Promise<StoreWorker> {
  const store = await openStoreWorker({
    path: (await nodeFiles(home)).kv,
    core,
    cacheBytesMax: config.storage.cache_bytes_max,
    diskBytesMax: config.storage.disk_bytes_max,
    ...(faults && { faults }),
    log: log.child({ part: "store" }),
  });
  closing.add("store", () => store.close());
  return store;
}

type ChainParts =
  & Pick<
    Parameters<typeof startConsensus>[0],
    "genesisHash" | "store" | "executor" | "network" | "createCore"
  >
  & { feed: ChainFeed };

async function startChain(
  { home, config, genesis, validatorSeed, log }: NodeOptions,
  closing: Closing,
  { feed, ...parts }: ChainParts,
): Promise<Consensus> {
  const wal = await openLogFile((await nodeFiles(home)).wal);
  closing.add("write-ahead log", () => wal.close());
  const consensus = await startConsensus({
    ...parts,
    clock: systemClock(),
    log: log.child({ part: "consensus" }),
    signer: seedSigner(validatorSeed),
    wal,
    genesis,
    options: consensusOptions(config),
    onDecided: (block) => feed.decided(block),
    onExecuted: ({ height }) => feed.executed(height),
  });
  closing.add("consensus", () => consensus.stop());
  return consensus;
}

interface GatewayParts {
  genesisHash: Uint8Array;
  feed: ChainFeed;
  core: WebAssembly.Module;
  store: MessagePort;
  executor: MessagePort;
}

async function startGateway(
  { config, genesis, faucetSeed }: NodeOptions,
  closing: Closing,
  { genesisHash, feed, core, store, executor }: GatewayParts,
): Promise<WorkerGateway> {
  const chain = new MessageChannel();
  serve(chain.port2, feed);
  const gateway = await startGatewayWorker(
    { store, executor, chain: chain.port1 },
    gatewayConfig(config, { genesis, genesisHash }, faucetSeed),
    { core, log: workerLog(config) },
  );
  closing.add("gateway", () => gateway.stop());
  return gateway;
}

/** Both, or the failure of one once the other can be closed. */
async function bothStarted<A, B>(
  first: Promise<A>,
  second: Promise<B>,
): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

/** The address by which the own key votes, if it does. */
function validatorOf(
  { genesis, validatorSeed }: NodeOptions,
): Uint8Array | undefined {
  const own = seedSigner(validatorSeed).publicKey.toHex();
  const { validators } = genesisHead(genesis);
  return validators?.validators
    .find(({ publicKey }) => publicKey.toHex() === own)?.address;
}

function workerLog({ log }: Config) {
  return {
    level: log.level,
    format: log.format === "json" ? "json" as const : "human" as const,
  };
}

/** Once the first of the parts has failed, nobody asks for the others. */
function firstFailure(parts: Promise<never>[]): Promise<never> {
  const first = Promise.race(parts);
  first.catch(() => undefined);
  return first;
}
