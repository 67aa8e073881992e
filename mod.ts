/**
 * Rustorium for developers: a client of a node's API, a wallet, and a light
 * client that believes signatures instead of nodes.
 *
 * ```ts
 * import { createClient, createWallet, sendTransfer } from "./mod.ts";
 *
 * const wallet = createWallet("11".repeat(32));
 * const client = createClient({ url: "http://127.0.0.1:26657" });
 *
 * async function pay(to: string): Promise<bigint> {
 *   const { height } = await sendTransfer(client, wallet, { to, amount: 5n });
 *   return height; // final, and executed
 * }
 *
 * async function watch(signal: AbortSignal): Promise<void> {
 *   for await (const block of client.subscribeBlocks({ signal })) {
 *     console.log(block.height, block.transactions);
 *   }
 * }
 * ```
 *
 * @module
 */
export * from "./src/client/mod.ts";
export {
  describe,
  type ErrorDescription,
  RustoriumError,
} from "./src/errors/mod.ts";
export { createCore, loadCoreModule } from "./src/core/mod.ts";
