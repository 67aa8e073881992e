import { encodeAddress } from "../client/mod.ts";
import { ErrorCode, RustoriumError } from "../errors/mod.ts";
import type { Random } from "../platform/mod.ts";
import { callMany } from "./calls.ts";
import type { Ledger } from "./ledger.ts";

export interface AuditOptions {
  rpc: string;
  random: Random;
  ledger: Ledger;
  accounts: number;
  addressOf: (account: number) => Uint8Array;
  /** Where all fees are. */
  feeAddress: Uint8Array;
  /** The least and the most that a unit of gas has cost. */
  baseFees: { least: bigint; most: bigint };
  onProgress: (compared: number, of: number) => void;
}

interface AccountAnswer {
  balance: string;
  nonce: number;
}

/** Of the accounts that no transfer touched, so many drawn by lot are compared. */
const UNTOUCHED_MAX = 10_000;
const NAMED_MAX = 10;

/**
 * Compares what accounts hold with what the transfers must have made of it:
 * every account that sent or received. Gives how many were compared. All fees
 * together prove that every transfer was executed, once. @throws SUPPLY_BROKEN
 */
export async function audit(options: AuditOptions): Promise<number> {
  const { rpc, ledger, addressOf, feeAddress, baseFees } = options;
  const chosen = choose(options);
  const wrong: number[] = [];
  let compared = 0;
  const addressAt = (n: number) => addressOf(chosen[n]!);
  await callMany<AccountAnswer>(rpc, "account", {
    count: chosen.length,
    paramsOf: (n) => ({ address: encodeAddress(addressAt(n)) }),
    onResult(n, { balance, nonce }) {
      const account = chosen[n]!;
      const right = nonce === ledger.nonce(account) && within(
        BigInt(balance),
        ledger.balance(account, baseFees.most),
        ledger.balance(account, baseFees.least),
      );
      if (!right) wrong.push(account);
      options.onProgress(++compared, chosen.length);
    },
  });
  let fees = 0n;
  await callMany<AccountAnswer>(rpc, "account", {
    count: 1,
    paramsOf: () => ({ address: encodeAddress(feeAddress) }),
    onResult: (_, { balance }) => fees = BigInt(balance),
  });
  const { gas } = ledger;
  const [least, most] = [gas * baseFees.least, gas * baseFees.most];
  if (wrong.length === 0 && within(fees, least, most)) return chosen.length;
  throw new RustoriumError(ErrorCode.SUPPLY_BROKEN, {
    message:
      `${wrong.length} of ${chosen.length} accounts do not hold what the transfers made of them.`,
    detail: {
      accounts: wrong.slice(0, NAMED_MAX).map((account) =>
        encodeAddress(addressOf(account))
      ),
      fees: String(fees),
      expectedFees: String(least),
    },
  });
}

function within(value: bigint, least: bigint, most: bigint): boolean {
  return value >= least && value <= most;
}

/** All that were touched, and some that were not: by Vitter's algorithm R, in one pass. */
function choose({ accounts, random, ledger }: AuditOptions): Uint32Array {
  let touched = 0;
  for (let account = 0; account < accounts; account++) {
    if (ledger.touched(account)) touched++;
  }
  const others = Math.min(accounts - touched, UNTOUCHED_MAX);
  const chosen = new Uint32Array(touched + others);
  let count = 0;
  let seen = 0;
  for (let account = 0; account < accounts; account++) {
    if (ledger.touched(account)) {
      chosen[others + count++] = account;
      continue;
    }
    const at = seen < others ? seen : random.integer(seen + 1);
    if (at < others) chosen[at] = account;
    seen++;
  }
  return chosen;
}
