import {
  type Client,
  createClient,
  createWallet,
  decodeAddress,
  type SignedTransaction,
  type Transaction,
  type Wallet,
} from "../../client/mod.ts";
import {
  describe,
  ErrorCode,
  isFault,
  RustoriumError,
} from "../../errors/mod.ts";
import { systemClock } from "../../platform/mod.ts";
import { seedOf } from "../keys.ts";
import { green, type Output } from "../output.ts";
import { grouped, record } from "../table.ts";
import type { SendOptions } from "./send.ts";

/** Sends the transfer, waits, and says what became of it. */
export async function runSend(
  output: Output,
  options: SendOptions,
): Promise<void> {
  decodeAddress(options.to);
  const wallet = createWallet(await seedOf(options.from, options));
  const client = createClient({ url: options.rpc });
  const signed = await sign(client, wallet, options);
  output.progress(`Sent ${signed.hash}, waiting until it is final…`);
  const { transaction, latencyMs } = await submitAndWait(
    client,
    signed,
    options.timeout,
  );
  if (transaction.code !== 0) throw failed(transaction);
  await output.result(
    {
      hash: transaction.hash,
      height: Number(transaction.height),
      fee: transaction.fee,
      latency_ms: latencyMs,
    },
    async () =>
      `${green("Final")} in ${latencyMs} ms\n${await record([
        ["hash", transaction.hash],
        ["height", transaction.height],
        ["from", wallet.address],
        ["to", options.to],
        ["amount", grouped(options.amount)],
        ["fee", grouped(transaction.fee)],
      ])}`,
  );
}

/** The transfer, with what the options leave open asked of the node. */
async function sign(
  client: Client,
  wallet: Wallet,
  options: SendOptions,
): Promise<SignedTransaction> {
  const { to, amount, lane, tip = 0n, memo, validFor } = options;
  const [chain, status, account] = await Promise.all([
    client.chain(),
    client.status(),
    options.nonce === undefined ? client.account(wallet.address) : undefined,
  ]);
  const next = account?.lanes.find((entry) => entry.lane === lane)?.nonce ?? 0n;
  return await wallet.transfer(chain, {
    to,
    amount,
    lane,
    tip,
    memo,
    nonce: options.nonce ?? next,
    validUntil: status.height + BigInt(validFor),
    maxFee: options.maxFee ?? status.baseFee * 2n + tip,
  });
}

/** From the first byte sent until the receipt is known. */
async function submitAndWait(
  client: Client,
  { hash, envelope }: SignedTransaction,
  timeoutMs: number,
): Promise<{ transaction: Transaction; latencyMs: number }> {
  const clock = systemClock();
  const start = clock.monotonic();
  await client.submit(envelope);
  try {
    const transaction = await client.wait(hash, { timeoutMs });
    return {
      transaction,
      latencyMs: Math.round((clock.monotonic() - start) * 10) / 10,
    };
  } catch (cause) {
    if (!isFault(cause, ErrorCode.RPC_TIMEOUT)) throw cause;
    throw new RustoriumError(ErrorCode.RPC_TIMEOUT, {
      message:
        `The transfer was accepted but is not final yet; look it up with: tx ${hash}.`,
      detail: { hash },
      cause,
    });
  }
}

function failed(
  { code, hash, height, charged, fee }: Transaction,
): RustoriumError {
  return new RustoriumError(code, {
    message: describe(code).sentence,
    detail: { hash, height: Number(height), charged, fee: String(fee) },
  });
}
