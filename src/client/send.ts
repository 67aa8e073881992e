import type { Client } from "./client.ts";
import type { CallOptions, Transaction } from "./types.ts";
import type { TransferOptions, Wallet } from "./wallet.ts";

/** A transfer; what is left out is asked of the node. */
export type SendOptions =
  & Omit<TransferOptions, "nonce" | "validUntil">
  & Partial<Pick<TransferOptions, "nonce" | "validUntil">>
  & CallOptions
  & { timeoutMs?: number };

/** How far ahead a transfer stays valid when the caller does not say. */
const VALIDITY_BLOCKS = 100n;

/**
 * Sends a transfer and waits until it is final and executed. Fills in nonce,
 * validity and the highest fee. A code other than 0 in what it gives says why the
 * transfer failed although it is in a block.
 *
 * @throws the code for which it was not admitted, or RPC_TIMEOUT.
 */
export async function sendTransfer(
  client: Client,
  wallet: Wallet,
  options: SendOptions,
): Promise<Transaction> {
  const { signal, timeoutMs, lane = 0, tip = 0n, ...transfer } = options;
  const [chain, status, account] = await Promise.all([
    client.chain({ signal }),
    client.status({ signal }),
    transfer.nonce === undefined
      ? client.account(wallet.address, { signal })
      : undefined,
  ]);
  const next = account?.lanes.find((entry) => entry.lane === lane)?.nonce;
  const ahead = min(VALIDITY_BLOCKS, chain.parameters.validityBlocksMax);
  const { hash, envelope } = await wallet.transfer(chain, {
    nonce: next ?? 0n,
    validUntil: status.height + ahead,
    maxFee: status.baseFee * 2n + tip,
    ...transfer,
    lane,
    tip,
  });
  await client.submit(envelope, { signal });
  return await client.wait(hash, { signal, timeoutMs });
}

const min = (a: bigint, b: bigint) => a < b ? a : b;
