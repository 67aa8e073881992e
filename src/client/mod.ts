/** The TypeScript SDK: a client of a node's API, a wallet, a light client. */
export {
  type Address,
  decodeAddress,
  encodeAddress,
  isAddress,
} from "./address.ts";
export { chainInfoOf } from "./chain.ts";
export {
  type AddressInput,
  type Client,
  type ClientOptions,
  createClient,
  type HashInput,
} from "./client.ts";
export { genesisHashOf, type Hash, hashOf } from "./hash.ts";
export {
  createLightClient,
  type LightClient,
  type ProvenTransaction,
} from "./light.ts";
export { type SendOptions, sendTransfer } from "./send.ts";
export type { SubscribeOptions } from "./subscribe.ts";
export type * from "./types.ts";
export {
  createWallet,
  type SignedTransaction,
  type TransactionOptions,
  type TransferOptions,
  type Wallet,
} from "./wallet.ts";
