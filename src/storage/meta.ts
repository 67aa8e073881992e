import { ErrorCode, fault } from "../errors/mod.ts";
import type { Kv, KvMutation } from "../platform/mod.ts";
import { getBlob, setBlob } from "./blob.ts";
import { concat, equal, u32, u64 } from "../bytes/mod.ts";
import { type Bytes, Reader } from "./reader.ts";
import type { CommitQueue } from "./commit_queue.ts";

/** Goes up with every change of what the keys and values of this folder mean. */
export const FORMAT_VERSION = 2;

const FORMAT = ["meta", "format"];
const GENESIS = ["meta", "genesis"];
const GENESIS_HASH = ["meta", "genesis_hash"];
const TIP = ["meta", "tip"];
const CHECKPOINT = ["meta", "checkpoint"];

const ROOT_BYTES = 32;

export interface CheckpointMarker {
  height: bigint;
  stateRoot: Bytes;
}

/** The markers that make everything else real. */
export class Meta {
  readonly #kv: Kv;
  readonly #queue: CommitQueue;
  #genesisHash: Uint8Array | undefined;

  constructor(kv: Kv, queue: CommitQueue) {
    this.#kv = kv;
    this.#queue = queue;
  }

  /** The version that wrote here. HOME_NEWER_FORMAT when it is a newer one. */
  async format(): Promise<number> {
    const stored = await this.#kv.get(FORMAT);
    const version = stored ? new Reader(stored).u32() : FORMAT_VERSION;
    if (version > FORMAT_VERSION) {
      throw fault(ErrorCode.HOME_NEWER_FORMAT, {
        found: version,
        known: FORMAT_VERSION,
      });
    }
    return version;
  }

  async genesisHash(): Promise<Uint8Array | undefined> {
    this.#genesisHash ??= await this.#kv.get(GENESIS_HASH);
    return this.#genesisHash;
  }

  /** HOME_OTHER_CHAIN when another genesis is here. */
  async initialise(
    genesis: Uint8Array,
    genesisHash: Uint8Array,
  ): Promise<void> {
    const stored = await this.#kv.get(GENESIS_HASH);
    if (!stored) {
      await this.#queue.commitAll([
        setFormat(),
        ...setBlob(GENESIS, genesis),
        { type: "set", key: GENESIS_HASH, value: genesisHash.slice() },
      ]);
    } else if (!equal(stored, genesisHash)) {
      throw fault(ErrorCode.HOME_OTHER_CHAIN, {
        found: stored.toHex(),
        expected: genesisHash.toHex(),
      });
    }
  }

  async genesis(): Promise<Bytes | undefined> {
    const initialised = await this.#kv.get(GENESIS_HASH);
    return initialised && await getBlob(this.#kv, GENESIS);
  }

  async tip(): Promise<bigint> {
    const stored = await this.#kv.get(TIP);
    return stored ? new Reader(stored).u64() : 0n;
  }

  async checkpoint(): Promise<CheckpointMarker | undefined> {
    const stored = await this.#kv.get(CHECKPOINT);
    if (!stored) return undefined;
    const reader = new Reader(stored);
    return { height: reader.u64(), stateRoot: reader.take(ROOT_BYTES) };
  }
}

/** Everything here is of the present format. */
export function setFormat(): KvMutation {
  return { type: "set", key: FORMAT, value: u32(FORMAT_VERSION) };
}

export function setTip(height: bigint): KvMutation {
  return { type: "set", key: TIP, value: u64(height) };
}

export function setCheckpoint(
  height: bigint,
  stateRoot: Uint8Array,
): KvMutation {
  return {
    type: "set",
    key: CHECKPOINT,
    value: concat(u64(height), stateRoot),
  };
}
