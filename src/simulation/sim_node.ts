import { fromBinary } from "@bufbuild/protobuf";
import {
  type Consensus,
  type ConsensusOptions,
  type DecidedBlock,
  startConsensus,
} from "../consensus/mod.ts";
import type { CoreExports } from "../core/mod.ts";
import { type Executor, loadExecutor, type Roots } from "../execution/mod.ts";
import {
  type LogLine,
  logTo,
  MemoryDisk,
  MemoryFile,
  type Network,
  type Random,
  type Scheduler,
  seedSigner,
  type Signer,
  simClock,
  type SimClockOptions,
} from "../platform/mod.ts";
import { AccountSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import { loadCheckpoint, openStore, type Store } from "../storage/mod.ts";
import { core, module, nodeCore, type TestKey } from "./core.ts";
import { type Hardware, HEALTHY } from "./faults/hardware.ts";

export interface SimNodeOptions {
  scheduler: Scheduler;
  /** A function is called at each start. */
  network: Network | (() => Network);
  genesis: Uint8Array;
  validator: TestKey;
  options: ConsensusOptions;
  clock?: SimClockOptions;
  onDecided?: (block: DecidedBlock) => void;
  onExecuted?: (roots: Roots) => void;
  /** Hears of each message before it is signed. */
  onSign?: (message: Uint8Array) => void;
  onLog?: (line: LogLine) => void;
  /** Wraps each engine, to make it trap or err. */
  wrapCore?: (core: CoreExports) => CoreExports;
  wrapExecutor?: (executor: Executor) => Executor;
  /** How many shards it has; 1. */
  shards?: number;
  /** Memory for its state; no bound. */
  stateBytesMax?: number;
}

/** A copy of a node's disk at one moment. */
export interface Backup {
  disk: MemoryDisk;
  wal: Uint8Array;
}

/** A node in virtual time whose disks outlive it. */
export class SimNode {
  readonly wal = new MemoryFile();
  readonly genesisHash: Uint8Array;
  /** Whatever the signer was ever asked to sign, where nobody else hears of it. */
  readonly signed: Uint8Array[] = [];
  #disk = new MemoryDisk();
  readonly #options: SimNodeOptions;
  #hardware: Hardware = HEALTHY;
  #failure: unknown;
  #consensus: Consensus | undefined;
  #store: Store | undefined;
  #executor: Executor | undefined;
  #network: Network | undefined;

  constructor(options: SimNodeOptions) {
    this.#options = options;
    this.genesisHash = core.genesisHash(options.genesis);
  }

  get store(): Store {
    return this.#store!;
  }

  get executor(): Executor {
    return this.#executor!;
  }

  get isUp(): boolean {
    return this.#consensus !== undefined;
  }

  get consensus(): Consensus {
    return this.#consensus!;
  }

  /** The machine of the present life. */
  get hardware(): Hardware {
    return this.#hardware;
  }

  /** What ended the present life from within. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Begins a life. Throws what keeps it from beginning; nothing runs then. */
  async start(hardware = HEALTHY): Promise<void> {
    this.#hardware = hardware;
    this.#failure = undefined;
    try {
      await this.#start();
      hardware.begin?.();
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const {
      scheduler,
      genesis,
      options,
      network,
      onDecided,
      onExecuted,
      onLog = () => undefined,
      wrapCore = (core: CoreExports) => core,
    } = this.#options;
    const log = logTo(onLog);
    const hardware = this.#hardware;
    this.#network = typeof network === "function" ? network() : network;
    this.#store = await openStore(hardware.kv(this.#disk.open()), {
      core,
      log,
    });
    await this.#store.initialise(genesis, this.genesisHash);
    this.#executor = await this.#openExecutor();
    const consensus = await startConsensus({
      clock: simClock(scheduler, this.#options.clock),
      log,
      signer: hardware.signer(this.#signer()),
      network: this.#network,
      wal: hardware.file(this.wal.open()),
      createCore: () => wrapCore(nodeCore()),
      genesis,
      genesisHash: this.genesisHash,
      store: this.#store,
      executor: this.#executor,
      options,
      ...(onDecided && { onDecided }),
      ...(onExecuted && { onExecuted }),
    });
    this.#consensus = consensus;
    consensus.failed.catch((error) => {
      if (this.#consensus === consensus) this.#failure = error;
    });
  }

  async #openExecutor(): Promise<Executor> {
    const {
      genesis,
      wrapExecutor = (one: Executor) => one,
      shards = 1,
      stateBytesMax,
    } = this.#options;
    const checkpoint = await loadCheckpoint(this.store);
    return wrapExecutor(
      await loadExecutor({
        core: module,
        genesis,
        archive: this.store,
        shards,
        ...(stateBytesMax && { stateBytesMax }),
        checkpoint,
      }),
    );
  }

  async stop(): Promise<void> {
    this.#hardware.end?.();
    await this.consensus.stop();
    await this.executor.close();
    await this.store.close();
    this.#consensus = undefined;
  }

  /** The machine stops: nothing unsynced is sure to be left. */
  async crash(random: Random): Promise<void> {
    this.#disk = this.#disk.copy();
    this.wal.crash(random);
    await this.#end();
  }

  /** A copy of what is on the disk now. */
  async backup(): Promise<Backup> {
    return { disk: this.#disk.copy(), wal: await this.wal.open().read() };
  }

  /** Puts a copy in the place of what is on the disk of a node that does not run. */
  async restore({ disk, wal }: Backup): Promise<void> {
    this.#disk = disk.copy();
    await this.wal.open().replace(wal);
  }

  async balance(key: TestKey): Promise<bigint> {
    const { account } = await this.executor.account(key.publicKey);
    return account ? fromBinary(AccountSchema, account).balance : 0n;
  }

  async #end(): Promise<void> {
    this.#hardware.end?.();
    if (typeof this.#options.network === "function") {
      await this.#network?.close();
    }
    const [consensus, executor] = [this.#consensus, this.#executor];
    this.#consensus = undefined;
    this.#executor = undefined;
    await consensus?.stop();
    await executor?.close();
  }

  #signer(): Signer {
    const signer = seedSigner(this.#options.validator.seed);
    const { onSign = (message) => void this.signed.push(message) } =
      this.#options;
    return {
      publicKey: signer.publicKey,
      sign: async (message) => {
        onSign(message);
        return await signer.sign(message);
      },
    };
  }
}
