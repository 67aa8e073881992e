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
}

interface AccountAnswer {
  balance: string;
  nonce: number;
}

/** As many accounts are compared; of more, so many drawn by lot. */
const CHECKED_MAX = 100_000;

/**
 * Compares what accounts hold with what the transfers must have made of it;
 * gives how many were compared. All fees together prove that every transfer was
 * executed, once. @throws SUPPLY_BROKEN
 */
export async function audit(options: AuditOptions): Promise<number> {
  const { rpc, ledger, addressOf, feeAddress, baseFees } = options;
  const chosen = choose(options);
  const params = [...chosen.map(addressOf), feeAddress]
    .map((address) => ({ address: encodeAddress(address) }));
  const answers = await callMany<AccountAnswer>(rpc, "account", params);
  const fees = answers.pop()!;
  const wrong = chosen.filter((account, at) => {
    const { balance, nonce } = answers[at]!;
    return nonce !== ledger.nonce(account) || !within(
      BigInt(balance),
      ledger.balance(account, baseFees.most),
      ledger.balance(account, baseFees.least),
    );
  });
  const { gas } = ledger;
  const [least, most] = [gas * baseFees.least, gas * baseFees.most];
  if (wrong.length === 0 && within(BigInt(fees.balance), least, most)) {
    return chosen.length;
  }
  throw new RustoriumError(ErrorCode.SUPPLY_BROKEN, {
    message:
      `${wrong.length} of ${chosen.length} accounts do not hold what the transfers made of them.`,
    detail: {
      accounts: wrong.slice(0, 10).map((account) =>
        encodeAddress(addressOf(account))
      ),
      fees: fees.balance,
      expectedFees: String(least),
    },
  });
}

function within(value: bigint, least: bigint, most: bigint): boolean {
  return value >= least && value <= most;
}

function choose({ accounts, random }: AuditOptions): number[] {
  const all = Array.from({ length: accounts }, (_, account) => account);
  if (accounts <= CHECKED_MAX) return all;
  const chosen = new Set<number>();
  while (chosen.size < CHECKED_MAX) chosen.add(random.integer(accounts));
  return [...chosen];
}
