/** The state machine as the rest of the node sees it: bytes in, bytes out. */

/** Which page of which slot's tree. */
export interface PageName {
  slot: number;
  /** Names the page within the slot, e.g. the bit prefix of its subtree. */
  id: Uint8Array;
}

/** Canonical encoding of a part of one slot's tree. An empty `bytes` removes the page. */
export interface Page extends PageName {
  bytes: Uint8Array;
}

/** Many pages, some at a time. */
export type Pages = AsyncIterable<readonly Page[]>;

export interface SubmitResult {
  /** 32 bytes for each transaction, in the order submitted. */
  ids: Uint8Array;
  /** 0 for admitted, else a code of `rustorium.v1.ErrorCode`. */
  codes: Uint32Array;
}

/** What a validator turns into a signed batch. */
export interface BatchDraft {
  payload: Uint8Array;
  payloadRoot: Uint8Array;
  transactionsRoot: Uint8Array;
  transactionCount: number;
}

/** What one batch may take. */
export interface BatchLimits {
  height: bigint;
  bytes: number;
  transactions: number;
  /** The buckets to take from: 32 bytes, bit b % 8 of byte b / 8 for bucket b. All where it is missing. */
  buckets?: Uint8Array;
}

/** What one node is to be given: see {@linkcode Executor.forward}. */
export interface ForwardLimits {
  /** The height to be decided. */
  height: bigint;
  bytes: number;
  /** Buckets of which it is the first author, and those of which it is the second. */
  first: Uint8Array;
  second: Uint8Array;
}

/** What waits in the mempool. */
export interface Waiting {
  /** A batch of the own buckets would not be empty. */
  isReady: boolean;
  /** Something of the others was never forwarded. */
  isFresh: boolean;
}

/** What is wrong with a batch made elsewhere. */
export interface BatchRefusal {
  /** Of `rustorium.v1.ErrorCode`. */
  code: number;
  /** Whether the author signed for it; else whoever passed it on may have spoiled it, or it came too late. */
  isAuthors: boolean;
  /** Encoding of the `rustorium.v1.Evidence` that convicts the author, where a small part of the batch shows the fault. */
  evidence?: Uint8Array;
}

export interface BlockInput {
  height: bigint;
  /** Encoding of `rustorium.v1.Header`. */
  header: Uint8Array;
  /** Digests of its batches, in the block's order. */
  batches: readonly Uint8Array[];
}

export interface BlockResult {
  height: bigint;
  stateRoot: Uint8Array;
  receiptsRoot: Uint8Array;
  messagesRoot: Uint8Array;
  gasUsed: bigint;
  /** 32 bytes for each transaction in block order. */
  transactionIds: Uint8Array;
  /** For each transaction in block order: u32 length (little endian) and the encoding of `rustorium.v1.Receipt`. */
  receipts: Uint8Array;
}

/** The state to begin with instead of the genesis'. */
export interface ExecutorCheckpoint {
  /** Results of the checkpoint's height; the pages must have its state root. */
  roots: Roots;
  /** Encoding of the header of that height: the base fee goes on from there. */
  header: Uint8Array;
  pages: Pages;
}

/** Results that headers carry; those of the genesis state at height 0. */
export type Roots = Pick<
  BlockResult,
  "height" | "stateRoot" | "receiptsRoot" | "messagesRoot" | "gasUsed"
>;

/** Where an executor gets batches that it has not seen and pages that it has put out of its memory, and leaves what blocks came to: the store. */
export interface Archive {
  /** Encoding of `rustorium.v1.Batch`. */
  batch(digest: Uint8Array): Promise<Uint8Array | undefined>;
  /** Results of execution; written after the decision, made again by replay when lost: they are read back from now on, and durable with the next block or checkpoint. Idempotent. The archive takes the bytes over: nobody may use them any more. */
  putResult(result: BlockResult): Promise<void>;
  /** Makes a checkpoint: the last one with these pages in the place of theirs. Durable when it resolves; a failure leaves the last one. */
  putCheckpoint(
    height: bigint,
    stateRoot: Uint8Array,
    pages: Pages,
  ): Promise<void>;
  /** Pages of the last checkpoint, those that there are. */
  pages(names: readonly PageName[]): Promise<Page[]>;
}

export interface AccountState {
  /** The height after which this is the state. */
  height: bigint;
  /** Encoding of `rustorium.v1.Account`; undefined: no such account. */
  account: Uint8Array | undefined;
}

export interface AccountStateProof extends AccountState {
  stateRoot: Uint8Array;
  /** Encoding of `rustorium.v1.StateProof`. */
  proof: Uint8Array;
}

/** A slot that another shard is to own. */
export interface SlotMove {
  slot: number;
  /** Number of the shard. */
  to: number;
}

/** What is in the mempool. */
export interface Pending {
  transactions: number;
  /** Of them those that blocks could take as they come: not what waits behind a gap. */
  takeable: number;
  /** Executed of what was in it, since the start. */
  taken: number;
  /** Of all. */
  bytes: number;
}

export interface Executor {
  /** The last executed height. */
  height(): Promise<bigint>;
  /** Roots of the current state. */
  roots(): Promise<Roots>;

  /** Concatenated envelopes. Admits each to the mempool or says why not. */
  submit(envelopes: Uint8Array): Promise<SubmitResult>;
  /** Called when something can go into a batch or is to be forwarded where nothing was, and after `execute` while something still is. What is not urgent may be told a little later. */
  onPending(callback: (waiting: Waiting, isUrgent: boolean) => void): void;
  /** Which buckets are the node's own from here on: what waits in the others is to be forwarded. At first all are. */
  setBuckets(own: Uint8Array): Promise<void>;
  pending(): Promise<Pending>;
  /** The next batch for a block at `height`; undefined when nothing waits. Its transactions stay reserved until executed or released. */
  assemble(limits: BatchLimits): Promise<BatchDraft | undefined>;
  /**
   * For each node concatenated envelopes that it should put into its batches,
   * empty where none are due. They stay here and count as forwarded: to the first
   * author at once, to the second when nothing of the bucket has moved for some
   * heights or lulls, and again in the next epoch.
   */
  forward(limits: readonly ForwardLimits[]): Promise<Uint8Array[]>;
  /** A while has passed without a block: it counts as a height for what was forwarded. */
  lull(): Promise<void>;
  /** A draft has become the batch with that digest, for blocks up to `until`: it need not be handed over to be executed. */
  named(
    payloadRoot: Uint8Array,
    digest: Uint8Array,
    until: bigint,
  ): Promise<void>;
  /** Gives the transactions of a draft that was not decided back to the mempool. */
  release(payload: Uint8Array): Promise<void>;
  /** Undefined when a batch made elsewhere is well-formed, matches its header and every signature is valid. */
  checkBatch(
    batch: Uint8Array,
    height: bigint,
  ): Promise<BatchRefusal | undefined>;

  /** Executes the next height, whose batches are in the archive. The archive has the result when it resolves. */
  execute(block: BlockInput): Promise<Roots>;

  /**
   * Hands slots over to other shards between two blocks, when no checkpoint is
   * under way. Resolves then; results of blocks do not depend on it.
   */
  moveSlots(moves: readonly SlotMove[]): Promise<void>;

  /** What checks batches of signatures: `fma`, `integer`, or `distrusted` where `fma` was once found wrong and `integer` took its place. */
  signatureBackend(): Promise<string>;
  account(address: Uint8Array): Promise<AccountState>;
  prove(address: Uint8Array): Promise<AccountStateProof>;
  /** Every account, ascending by slot and key: for export-genesis. `address (32) | balance (u64 le)` records. */
  accounts(): AsyncIterable<Uint8Array>;

  /**
   * Makes a checkpoint of the state as it is before whatever is asked for after
   * this; blocks do not wait for it. One at a time: where one is under way none
   * else is begun. Resolves when the one under way is in the archive.
   */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}
