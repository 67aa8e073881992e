import type { core, CoreExports } from "../core/mod.ts";
import type { BatchLimits, ForwardLimits, Page, Pending } from "./types.ts";

/**
 * One owner of slots, wherever it runs. Tables of bytes are the core's: what
 * one call gives, another takes (`core-wasm/src/wasm/shard.rs`). All methods,
 * so that a shard may be served on a port.
 */
export interface Shard {
  height(): Promise<bigint>;
  /** The ids (32 bytes each), then the codes (u32 each); 0xffffffff for another shard's. */
  submit(envelopes: Uint8Array): Promise<Uint8Array>;
  pending(): Promise<Pending>;
  /** Sum of: 1 where a batch from the own buckets would not be empty, 2 where something of the others was never forwarded. */
  waiting(own: Uint8Array): Promise<number>;
  /** A payload, empty where nothing is ready. */
  assemble(limits: Required<BatchLimits>): Promise<Uint8Array>;
  /** Envelopes, none where nothing is due. */
  forward(limits: ForwardLimits): Promise<Uint8Array>;
  /** A while has passed without a block: it counts as a height for what was forwarded. */
  lull(): Promise<void>;
  release(payload: Uint8Array): Promise<void>;
  /** What was assembled last is the part of a batch that is called so for now. */
  name(name: Uint8Array): Promise<void>;
  /** A batch has got its name, and is for blocks up to `until`. */
  rename(from: Uint8Array, to: Uint8Array, until: bigint): Promise<void>;
  /** What is wrong with this shard's part; empty where nothing is, and the part is kept. */
  checkBatch(
    name: Uint8Array,
    until: bigint,
    part: Uint8Array,
  ): Promise<Uint8Array>;
  /** Keeps its part of a batch that was checked before. */
  learn(name: Uint8Array, until: bigint, part: Uint8Array): Promise<void>;
  /** Of these batches (32 bytes each) those of which it has no part. */
  unknown(names: Uint8Array): Promise<Uint8Array>;

  beginBlock(header: Uint8Array, names: Uint8Array): Promise<Uint8Array>;
  run(places: Uint8Array): Promise<Uint8Array>;
  deliver(inbox: Uint8Array): Promise<Uint8Array>;
  fees(): Promise<bigint>;
  endBlock(fees: bigint): Promise<Uint8Array>;

  /** What checks batches of signatures: see `Executor`. */
  signatureBackend(): Promise<string>;
  slotRoots(): Promise<Uint8Array>;
  account(address: Uint8Array): Promise<Uint8Array | undefined>;
  /** Encoding of `rustorium.v1.SlotProof`. */
  prove(address: Uint8Array): Promise<Uint8Array>;
  accounts(
    slot: number,
    after: Uint8Array,
    count: number,
  ): Promise<Uint8Array>;
  /** Begins a checkpoint of the state as it is. */
  beginCheckpoint(): Promise<void>;
  /** The next pages of a slot as they were then, so many bytes or a little more; fewer are the last. */
  checkpointPages(slot: number, bytes: number): Promise<Uint8Array>;
  /** The checkpoint that was begun is durable, or came to nothing. */
  endCheckpoint(isDurable: boolean): Promise<void>;

  /** Bytes of memory that the state takes. */
  stateMemory(): Promise<number>;
  /** Takes pages out of memory until the state takes so many bytes, where that is possible; gives those that it takes. Between blocks only. */
  evict(target: number): Promise<number>;
  /** Pages that must be put back before accounts of these addresses are touched. */
  missing(addresses: Uint8Array): Promise<Uint8Array>;
  /** The same before `submit`, */
  missingForSubmit(envelopes: Uint8Array): Promise<Uint8Array>;
  /** before `run`, */
  missingForBlock(): Promise<Uint8Array>;
  /** before `deliver`, */
  missingForInbox(inbox: Uint8Array): Promise<Uint8Array>;
  /** before `beginCheckpoint`, */
  missingForCheckpoint(): Promise<Uint8Array>;
  /** before `accounts`, `exportSlot`, and where `prove` says PAGE_MISSING. */
  missingOfSlot(slot: number): Promise<Uint8Array>;
  /** Puts pages back. */
  loadPages(pages: readonly Page[]): Promise<void>;

  /** Gives a slot away. No checkpoint may be under way. */
  exportSlot(slot: number): Promise<Uint8Array>;
  /** Owns a slot from here on. */
  importSlot(slot: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** A shard in this thread. A throw of the core becomes a rejection. */
export function inlineShard(
  core: Pick<CoreExports, "signatureBackend">,
  shard: core.Shard,
): Shard {
  const call = <T>(task: () => T) => new Promise<T>((done) => done(task()));
  return {
    height: () => call(() => shard.height),
    submit: (envelopes) => call(() => shard.submit(envelopes)),
    pending: () =>
      call(() => ({
        transactions: shard.pendingCount(),
        takeable: shard.takeableCount(),
        taken: shard.takenCount(),
        bytes: shard.pendingBytes(),
      })),
    waiting: (own) => call(() => shard.waiting(own)),
    assemble: ({ height, bytes, transactions, buckets }) =>
      call(() => shard.assemble(height, bytes, transactions, buckets)),
    forward: ({ height, bytes, first, second }) =>
      call(() => shard.forward(height, bytes, first, second)),
    lull: () => call(() => shard.lull()),
    release: (payload) => call(() => shard.release(payload)),
    name: (name) => call(() => shard.name(name)),
    rename: (from, to, until) => call(() => shard.rename(from, to, until)),
    checkBatch: (name, until, part) =>
      call(() => shard.checkBatch(name, until, part)),
    learn: (name, until, part) => call(() => shard.learn(name, until, part)),
    unknown: (names) => call(() => shard.unknown(names)),
    beginBlock: (header, names) => call(() => shard.beginBlock(header, names)),
    run: (places) => call(() => shard.run(places)),
    deliver: (inbox) => call(() => shard.deliver(inbox)),
    fees: () => call(() => shard.fees()),
    endBlock: (fees) => call(() => shard.endBlock(fees)),
    signatureBackend: () => call(() => core.signatureBackend()),
    slotRoots: () => call(() => shard.slotRoots()),
    account: (address) => call(() => shard.account(address)),
    prove: (address) => call(() => shard.prove(address)),
    accounts: (slot, after, count) =>
      call(() => shard.accounts(slot, after, count)),
    beginCheckpoint: () => call(() => shard.beginCheckpoint()),
    checkpointPages: (slot, bytes) =>
      call(() => shard.checkpointPages(slot, bytes)),
    endCheckpoint: (isDurable) => call(() => shard.endCheckpoint(isDurable)),
    stateMemory: () => call(() => shard.stateMemory()),
    evict: (target) => call(() => shard.evict(target)),
    missing: (addresses) => call(() => shard.missing(addresses)),
    missingForSubmit: (envelopes) =>
      call(() => shard.missingForSubmit(envelopes)),
    missingForBlock: () => call(() => shard.missingForBlock()),
    missingForInbox: (inbox) => call(() => shard.missingForInbox(inbox)),
    missingForCheckpoint: () => call(() => shard.missingForCheckpoint()),
    missingOfSlot: (slot) => call(() => shard.missingOfSlot(slot)),
    loadPages: (pages) =>
      call(() => {
        for (const { slot, id, bytes } of pages) {
          shard.loadPage(slot, id, bytes);
        }
      }),
    exportSlot: (slot) => call(() => shard.exportSlot(slot)),
    importSlot: (slot) => call(() => shard.importSlot(slot)),
    close: () => call(() => shard.free()),
  };
}
