/** The state machine as the rest of the node sees it: bytes in, bytes out. */

/** Canonical encoding of a part of one slot's tree. An empty `bytes` removes the page. */
export interface Page {
  slot: number;
  /** Names the page within the slot, e.g. the bit prefix of its subtree. */
  id: Uint8Array;
  bytes: Uint8Array;
}

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
  /** Encodings of `rustorium.v1.Batch`, in the block's order. */
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

/** Results that headers carry; those of the genesis state at height 0. */
export type Roots = Pick<
  BlockResult,
  "height" | "stateRoot" | "receiptsRoot" | "messagesRoot" | "gasUsed"
>;

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

export interface Executor {
  /** The last executed height. */
  height(): Promise<bigint>;
  /** Roots of the current state. */
  roots(): Promise<Roots>;

  /** Concatenated envelopes. Admits each to the mempool or says why not. */
  submit(envelopes: Uint8Array): Promise<SubmitResult>;
  /** Called when something can go into a batch or is to be forwarded where nothing was, and after `execute` while something still is. */
  onPending(callback: () => void): void;
  /** Which buckets are the node's own from here on: what waits in the others is to be forwarded. At first all are. */
  setBuckets(own: Uint8Array): Promise<void>;
  pending(): Promise<{ transactions: number; bytes: number }>;
  /** The next batch for a block at `height`; undefined when nothing waits. Its transactions stay reserved until executed or released. */
  assemble(limits: BatchLimits): Promise<BatchDraft | undefined>;
  /**
   * Concatenated envelopes that another node should put into its batches, empty
   * where none are due. They stay here and count as forwarded: to the first
   * author at once, to the second when nothing of the bucket has moved for some
   * heights, and again in the next epoch.
   */
  forward(limits: ForwardLimits): Promise<Uint8Array>;
  /** Gives the transactions of a draft that was not decided back to the mempool. */
  release(payload: Uint8Array): Promise<void>;
  /** Undefined when a batch made elsewhere is well-formed, matches its header and every signature is valid. */
  checkBatch(
    batch: Uint8Array,
    height: bigint,
  ): Promise<BatchRefusal | undefined>;

  /** Executes the next height. */
  execute(block: BlockInput): Promise<BlockResult>;

  /** What checks batches of signatures: `fma`, `integer`, or `distrusted` where `fma` was once found wrong and `integer` took its place. */
  signatureBackend(): Promise<string>;
  account(address: Uint8Array): Promise<AccountState>;
  prove(address: Uint8Array): Promise<AccountStateProof>;
  /** Every account, ascending by slot and key: for export-genesis. `address (32) | balance (u64 le)` records. */
  accounts(): AsyncIterable<Uint8Array>;

  /** Pages changed since the last checkpoint, as of the current height. The next block executes only when it has been read to its end. */
  dirtyPages(): AsyncIterable<Page>;
  close(): Promise<void>;
}
