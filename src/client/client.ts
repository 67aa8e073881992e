import type { Address } from "./address.ts";
import { encodeAddress } from "./address.ts";
import { call, type Transport } from "./call.ts";
import { chainInfoOf } from "./chain.ts";
import * as decode from "./decode.ts";
import type { Hash } from "./hash.ts";
import { toHash } from "./hash.ts";
import { submitMany } from "./submit.ts";
import { subscribe, type SubscribeOptions } from "./subscribe.ts";
import type {
  Account,
  Block,
  BlockEvent,
  CallOptions,
  ChainInfo,
  Genesis,
  Peers,
  ReceiptsEvent,
  Status,
  Submitted,
  Transaction,
  Validators,
} from "./types.ts";

/** What `createClient` may be given. */
export interface ClientOptions {
  /** Of the node's API. `http://127.0.0.1:26657` when left out. */
  url?: string | URL;
  /** For one call, 10,000 when left out. `wait` and `faucet` have their own. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

/** An address as text or as its 32 bytes. */
export type AddressInput = Address | string | Uint8Array;
/** A hash as hex or as its 32 bytes. */
export type HashInput = Hash | string | Uint8Array;

/**
 * The calls of a node's API. Every one rejects with a `RustoriumError`: the
 * node's own code, RPC_UNREACHABLE or RPC_TIMEOUT; or with the signal's reason.
 */
export interface Client {
  readonly url: URL;
  status(options?: CallOptions): Promise<Status>;
  /** Chain id, genesis hash and parameters; asked for once, then remembered. */
  chain(options?: CallOptions): Promise<ChainInfo>;
  account(
    address: AddressInput,
    options?: CallOptions & { prove?: boolean },
  ): Promise<Account>;
  /** @throws RPC_NOT_FOUND unless it is in a final and executed block. */
  transaction(
    hash: HashInput,
    options?: CallOptions & { prove?: boolean },
  ): Promise<Transaction>;
  /** Resolves when the transaction is final and executed. @throws RPC_TIMEOUT after `timeoutMs` (30,000). */
  wait(
    hash: HashInput,
    options?: CallOptions & { timeoutMs?: number },
  ): Promise<Transaction>;
  /** The last block, or the one at `height`. */
  block(height?: bigint | number, options?: CallOptions): Promise<Block>;
  validators(options?: CallOptions): Promise<Validators>;
  /** The node's own addresses, and whom it is connected with. */
  peers(options?: CallOptions): Promise<Peers>;
  genesis(options?: CallOptions): Promise<Genesis>;
  /** Admits one envelope to the mempool. @throws the code that says why not. */
  submit(envelope: Uint8Array, options?: CallOptions): Promise<Hash>;
  /** Up to 10,000 envelopes in one request; each has its own answer, in order. */
  submitMany(
    envelopes: readonly Uint8Array[],
    options?: CallOptions,
  ): Promise<Submitted[]>;
  /** On a development chain: coins for `address`. Resolves when they are there. */
  faucet(
    address: AddressInput,
    options?: CallOptions & { amount?: bigint },
  ): Promise<{ hash: Hash; height: bigint }>;
  subscribeBlocks(options?: SubscribeOptions): AsyncIterable<BlockEvent>;
  subscribeReceipts(options?: SubscribeOptions): AsyncIterable<ReceiptsEvent>;
}

/** What a long call may take beyond the time that the node itself waits. */
const WAIT_GRACE_MS = 5_000;

/**
 * A client of one node.
 *
 * ```ts
 * import { createClient } from "./mod.ts";
 * const client = createClient({ url: "http://127.0.0.1:26657" });
 * if (client.url.port !== "26657") throw new Error(client.url.port);
 * ```
 */
export function createClient(options: ClientOptions = {}): Client {
  const transport: Transport = {
    url: new URL(options.url ?? "http://127.0.0.1:26657"),
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    timeoutMs: options.timeoutMs ?? 10_000,
  };
  const ask = (
    method: string,
    params: Record<string, unknown>,
    options?: CallOptions & { timeoutMs?: number },
  ) => call(transport, method, params, options);
  let chain: ChainInfo | undefined;

  const client: Client = {
    url: transport.url,
    status: async (options) =>
      decode.decodeStatus(await ask("status", {}, options)),
    chain: async (options) =>
      chain ??= chainInfoOf((await client.genesis(options)).raw),
    account: async (address, { prove = false, ...options } = {}) =>
      decode.decodeAccount(
        await ask(
          "account",
          { address: addressText(address), prove },
          options,
        ),
      ),
    transaction: async (hash, { prove = false, ...options } = {}) =>
      decode.decodeTransaction(
        await ask("transaction", { hash: hashText(hash), prove }, options),
      ),
    wait: async (hash, { timeoutMs = 30_000, signal } = {}) =>
      decode.decodeTransaction(
        await ask("wait", { hash: hashText(hash), timeout_ms: timeoutMs }, {
          signal,
          timeoutMs: timeoutMs + WAIT_GRACE_MS,
        }),
      ),
    block: async (height, options) =>
      decode.decodeBlock(
        await ask(
          "block",
          height === undefined ? {} : { height: Number(height) },
          options,
        ),
      ),
    validators: async (options) =>
      decode.decodeValidators(await ask("validators", {}, options)),
    peers: async (options) =>
      decode.decodePeers(await ask("peers", {}, options)),
    genesis: async (options) =>
      decode.decodeGenesis(await ask("genesis", {}, options)),
    submit: async (envelope, options) => {
      const transaction = envelope.toBase64();
      const reply = await ask("submit", { transaction }, options);
      return (reply as { hash: Hash }).hash;
    },
    submitMany: (envelopes, options) =>
      submitMany(transport, envelopes, options),
    faucet: async (address, { amount, signal } = {}) => {
      const reply = await ask("faucet", {
        address: addressText(address),
        ...(amount !== undefined && { amount: String(amount) }),
      }, { signal, timeoutMs: 60_000 }) as { hash: Hash; height: number };
      return { hash: reply.hash, height: BigInt(reply.height) };
    },
    subscribeBlocks: (options) =>
      subscribe({
        url: transport.url,
        topic: "blocks",
        decode: decode.decodeBlockEvent,
      }, options),
    subscribeReceipts: (options) =>
      subscribe({
        url: transport.url,
        topic: "receipts",
        decode: decode.decodeReceiptsEvent,
      }, options),
  };
  return client;
}

const addressText = (address: AddressInput) =>
  typeof address === "string" ? address : encodeAddress(address);
const hashText = (hash: HashInput) =>
  typeof hash === "string" ? hash.toLowerCase() : toHash(hash);
