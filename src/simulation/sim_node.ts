import { fromBinary } from "@bufbuild/protobuf";
import {
  type Consensus,
  type ConsensusOptions,
  type DecidedBlock,
  startConsensus,
} from "../consensus/mod.ts";
import { type CoreExports, createCore } from "../core/mod.ts";
import {
  type BlockResult,
  type Executor,
  loadExecutor,
} from "../execution/mod.ts";
import {
  collectingLog,
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
import { openStore, type Store } from "../storage/mod.ts";
import { module, type TestKey } from "./core.ts";
import { CrashPoint } from "./faults/crash_point.ts";

export interface SimNodeOptions {
  scheduler: Scheduler;
  /** A function is called at each start. */
  network: Network | (() => Network);
  genesis: Uint8Array;
  validator: TestKey;
  options: ConsensusOptions;
  clock?: SimClockOptions;
  onDecided?: (block: DecidedBlock) => void;
  onExecuted?: (result: BlockResult) => void;
  /** Wraps each engine, to make it trap. */
  wrapCore?: (core: CoreExports) => CoreExports;
}

/** A node in virtual time whose disks outlive it. */
export class SimNode {
  readonly wal = new MemoryFile();
  readonly log = collectingLog();
  readonly core: CoreExports;
  readonly genesisHash: Uint8Array;
  /** Whatever the signer was ever asked to sign. */
  readonly signed: Uint8Array[] = [];
  #disk = new MemoryDisk();
  readonly #options: SimNodeOptions;
  #consensus: Consensus | undefined;
  #store: Store | undefined;
  #executor: Executor | undefined;
  #network: Network | undefined;

  constructor(options: SimNodeOptions) {
    this.#options = options;
    this.core = createCore(module);
    this.genesisHash = this.core.genesisHash(options.genesis);
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

  async start(crash = new CrashPoint()): Promise<void> {
    const { scheduler, genesis, options, onDecided, onExecuted } =
      this.#options;
    const { network } = this.#options;
    this.#network = typeof network === "function" ? network() : network;
    const { wrapCore = (core: CoreExports) => core } = this.#options;
    const kv = crash.kv(this.#disk.open());
    this.#store = await openStore(kv, { log: this.log });
    await this.#store.initialise(genesis, this.genesisHash);
    this.#executor = await this.#openExecutor();
    this.#consensus = await startConsensus({
      clock: simClock(scheduler, this.#options.clock),
      log: this.log,
      signer: crash.signer(this.#signer()),
      network: this.#network,
      wal: crash.file(this.wal.open()),
      createCore: () => wrapCore(createCore(module)),
      genesis,
      genesisHash: this.genesisHash,
      store: this.#store,
      executor: this.#executor,
      options,
      ...(onDecided && { onDecided }),
      ...(onExecuted && { onExecuted }),
    });
  }

  async #openExecutor(): Promise<Executor> {
    const checkpoint = await this.store.checkpoint();
    const roots = checkpoint && await this.store.result(checkpoint.height);
    return await loadExecutor({
      core: module,
      genesis: this.#options.genesis,
      checkpoint: roots && { roots, pages: checkpoint.pages() },
    });
  }

  async stop(): Promise<void> {
    await this.consensus.stop();
    await this.executor.close();
    await this.store.close();
    this.#consensus = undefined;
  }

  /** The machine stops: nothing unsynced is sure to be left. */
  async crash(random: Random): Promise<void> {
    this.#disk = this.#disk.copy();
    this.wal.crash(random);
    if (typeof this.#options.network === "function") {
      await this.#network?.close();
    }
    await this.#consensus?.stop();
    await this.#executor?.close();
    this.#executor = undefined;
    this.#consensus = undefined;
  }

  async balance(key: TestKey): Promise<bigint> {
    const { account } = await this.executor.account(key.publicKey);
    return account ? fromBinary(AccountSchema, account).balance : 0n;
  }

  #signer(): Signer {
    const signer = seedSigner(this.#options.validator.seed);
    return {
      publicKey: signer.publicKey,
      sign: async (message) => {
        this.signed.push(message);
        return await signer.sign(message);
      },
    };
  }
}
