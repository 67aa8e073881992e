import type { core } from "../core/mod.ts";
import type { BatchLimits, ForwardLimits } from "./types.ts";

/**
 * One owner of slots, wherever it runs. Tables of bytes are the core's: what
 * one call gives, another takes (`core-wasm/src/wasm/shard.rs`). All methods,
 * so that a shard may be served on a port.
 */
export interface Shard {
  height(): Promise<bigint>;
  /** Id and code (u32) for each envelope; 0xffffffff for another shard's. */
  submit(envelopes: Uint8Array): Promise<Uint8Array>;
  pending(): Promise<{ transactions: number; bytes: number }>;
  /** Sum of: 1 where a batch from the own buckets would not be empty, 2 where something of the others was never forwarded. */
  waiting(own: Uint8Array): Promise<number>;
  /** A payload, empty where nothing is ready. */
  assemble(limits: Required<BatchLimits>): Promise<Uint8Array>;
  /** Envelopes, none where nothing is due. */
  forward(limits: ForwardLimits): Promise<Uint8Array>;
  release(payload: Uint8Array): Promise<void>;
  /** 0 or the code of what is wrong with this shard's part. */
  checkBatch(batch: Uint8Array): Promise<number>;

  beginBlock(header: Uint8Array, batches: Uint8Array): Promise<Uint8Array>;
  run(gasBefore: Uint8Array): Promise<Uint8Array>;
  deliver(inbox: Uint8Array): Promise<Uint8Array>;
  fees(): Promise<bigint>;
  endBlock(fees: bigint): Promise<Uint8Array>;

  slotRoots(): Promise<Uint8Array>;
  account(address: Uint8Array): Promise<Uint8Array | undefined>;
  /** Encoding of `rustorium.v1.SlotProof`. */
  prove(address: Uint8Array): Promise<Uint8Array>;
  accounts(
    slot: number,
    after: Uint8Array,
    count: number,
  ): Promise<Uint8Array>;
  changedPages(slot: number): Promise<Uint8Array>;
  setCheckpoint(): Promise<void>;
  close(): Promise<void>;
}

/** A shard in this thread. A throw of the core becomes a rejection. */
export function inlineShard(shard: core.Shard): Shard {
  const call = <T>(task: () => T) => new Promise<T>((done) => done(task()));
  return {
    height: () => call(() => shard.height),
    submit: (envelopes) => call(() => shard.submit(envelopes)),
    pending: () =>
      call(() => ({
        transactions: shard.pendingCount(),
        bytes: shard.pendingBytes(),
      })),
    waiting: (own) => call(() => shard.waiting(own)),
    assemble: ({ height, bytes, transactions, buckets }) =>
      call(() => shard.assemble(height, bytes, transactions, buckets)),
    forward: ({ height, bytes, first, second }) =>
      call(() => shard.forward(height, bytes, first, second)),
    release: (payload) => call(() => shard.release(payload)),
    checkBatch: (batch) => call(() => shard.checkBatch(batch)),
    beginBlock: (header, batches) =>
      call(() => shard.beginBlock(header, batches)),
    run: (gasBefore) => call(() => shard.run(gasBefore)),
    deliver: (inbox) => call(() => shard.deliver(inbox)),
    fees: () => call(() => shard.fees()),
    endBlock: (fees) => call(() => shard.endBlock(fees)),
    slotRoots: () => call(() => shard.slotRoots()),
    account: (address) => call(() => shard.account(address)),
    prove: (address) => call(() => shard.prove(address)),
    accounts: (slot, after, count) =>
      call(() => shard.accounts(slot, after, count)),
    changedPages: (slot) => call(() => shard.changedPages(slot)),
    setCheckpoint: () => call(() => shard.setCheckpoint()),
    close: () => call(() => shard.free()),
  };
}
