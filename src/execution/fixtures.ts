/** A small chain for the tests of this folder: ten people with money, one validator. */
import { create, toBinary } from "@bufbuild/protobuf";
import { type CoreExports, createCore, loadCoreModule } from "../core/mod.ts";
import {
  BatchHeaderSchema,
  BatchSchema,
} from "../proto/gen/rustorium/v1/batch_pb.ts";
import { HeaderSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import { GenesisSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import { TransactionBodySchema } from "../proto/gen/rustorium/v1/transaction_pb.ts";
import { concat, u32 } from "../bytes/mod.ts";
import { readBatch } from "./parts.ts";
import type {
  Archive,
  BatchDraft,
  BlockInput,
  BlockResult,
  Executor,
  Page,
  PageName,
  Pages,
} from "./types.ts";

export const module = await loadCoreModule();
export const core: CoreExports = createCore(module);

export const BALANCE = 1_000_000_000n;
const PEOPLE = 10;
const VALIDATOR = new Uint8Array(32).fill(9);

/** The key of person 0, 1, 2 … */
export const seedOf = (person: number) => new Uint8Array(32).fill(100 + person);
export const addressOf = (person: number) => core.publicKeyOf(seedOf(person));

export const genesis: Uint8Array = makeGenesis();
export const genesisHash: Uint8Array = core.genesisHash(genesis);

function makeGenesis(): Uint8Array {
  const author = core.publicKeyOf(VALIDATOR);
  const accounts = Array.from({ length: PEOPLE }, (_, person) => person)
    .map((person) => ({ address: addressOf(person), balance: BALANCE }))
    .sort((a, b) => a.address.toHex() < b.address.toHex() ? -1 : 1);
  const genesis = create(GenesisSchema, {
    chainId: "test-1",
    timeMs: 1_700_000_000_000n,
    parameters: {
      protocolVersion: 1,
      blockBatchesMax: 16,
      batchBytesMax: 1 << 20,
      blockGasMax: 1_000_000_000n,
      slotGasMax: 100_000_000n,
      baseFeeMin: 2n,
      gasPerTransaction: 1_000n,
      gasPerByte: 10n,
      gasPerAction: 500n,
      validityBlocksMax: 1_000n,
      checkpointBlocks: 100n,
      precisionMs: 500n,
      messageDelayMs: 2_000n,
    },
    validators: {
      validators: [{ address: author, publicKey: author, power: 10n }],
    },
    accounts,
  });
  return toBinary(GenesisSchema, genesis);
}

/** A signed envelope. */
export function transfer(
  from: number,
  to: number,
  amount: bigint,
  { nonce = 0n, lane = 0, maxFee = 5n } = {},
): Uint8Array {
  const view = new DataView(genesisHash.buffer, genesisHash.byteOffset);
  const body = toBinary(
    TransactionBodySchema,
    create(TransactionBodySchema, {
      chainTag: view.getUint32(0, true),
      lane,
      nonce,
      validUntil: 500n,
      gasLimit: 10_000n,
      maxFee,
      tip: 1n,
      actions: [{
        kind: { case: "transfer", value: { to: addressOf(to), amount } },
      }],
    }),
  );
  const sender = addressOf(from);
  const id = core.transactionId(genesisHash, sender, body);
  const message = core.transactionSignBytes(id);
  const signature = core.signWith(seedOf(from), message);
  return concat(sender, signature, u32(body.length), body);
}

/** What a store is to an executor, in memory. */
export class MemoryArchive implements Archive {
  /** By their digests, in hexadecimal. */
  readonly batches = new Map<string, Uint8Array>();
  /** By their heights. */
  readonly results = new Map<bigint, BlockResult>();
  /** Pages of the last checkpoint. */
  readonly checkpoint = new Map<string, Page>();
  /** What each checkpoint wrote. */
  readonly written: {
    height: bigint;
    stateRoot: Uint8Array;
    pages: Page[];
  }[] = [];

  batch(digest: Uint8Array): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.batches.get(digest.toHex()));
  }

  putResult(result: BlockResult): Promise<void> {
    this.results.set(result.height, result);
    return Promise.resolve();
  }

  async putCheckpoint(
    height: bigint,
    stateRoot: Uint8Array,
    pages: Pages,
  ): Promise<void> {
    const written = (await Array.fromAsync(pages)).flat();
    for (const page of written) {
      if (page.bytes.length > 0) this.checkpoint.set(nameOf(page), page);
      else this.checkpoint.delete(nameOf(page));
    }
    this.written.push({ height, stateRoot, pages: written });
  }

  pages(names: readonly PageName[]): Promise<Page[]> {
    return Promise.resolve(
      names.flatMap((name) => this.checkpoint.get(nameOf(name)) ?? []),
    );
  }

  /** All pages of the last checkpoint. */
  async *checkpointPages(): AsyncGenerator<Page[]> {
    yield await Promise.resolve([...this.checkpoint.values()]);
  }

  /** Gives the batch's digest. */
  add(batch: Uint8Array): Uint8Array {
    const { name } = readBatch(core, batch);
    this.batches.set(name.toHex(), batch);
    return name;
  }
}

function nameOf({ slot, id }: PageName): string {
  return `${slot} ${id.toHex()}`;
}

/** The signed batch of a draft. */
export function batchOf(draft: BatchDraft, sequence = 1n): Uint8Array {
  const header = create(BatchHeaderSchema, {
    author: core.publicKeyOf(VALIDATOR),
    sequence,
    transactionsRoot: draft.transactionsRoot,
    payloadRoot: draft.payloadRoot,
    payloadBytes: draft.payload.length,
    transactionCount: draft.transactionCount,
    validUntil: 500n,
  });
  const digest = core.batchDigest(toBinary(BatchHeaderSchema, header));
  const signature = core.signWith(
    VALIDATOR,
    core.batchSignBytes(genesisHash, digest),
  );
  const batch = { header, signature, payload: draft.payload };
  return toBinary(BatchSchema, create(BatchSchema, batch));
}

/** A block of the batches with these digests. */
export function blockOf(
  height: bigint,
  batches: readonly Uint8Array[],
): BlockInput {
  const hash = new Uint8Array(32);
  const header = create(HeaderSchema, {
    protocolVersion: 1,
    chainId: "test-1",
    height,
    timeMs: height,
    parent: hash,
    proposer: hash,
    validatorsHash: hash,
    nextValidatorsHash: hash,
    parametersHash: hash,
    lastCertificateHash: hash,
    evidenceHash: hash,
    batchRoot: hash,
    baseFee: 2n,
    stateRoot: hash,
    receiptsRoot: hash,
    messagesRoot: hash,
  });
  return { height, header: toBinary(HeaderSchema, header), batches };
}

/** Takes what waits through a block of its own. */
export async function executeNext(
  executor: Executor,
  archive: MemoryArchive,
): Promise<BlockResult> {
  const height = await executor.height() + 1n;
  const draft = await executor.assemble({
    height,
    bytes: 1 << 20,
    transactions: 10_000,
  });
  const batches = draft ? [archive.add(batchOf(draft))] : [];
  await executor.execute(blockOf(height, batches));
  return archive.results.get(height)!;
}
