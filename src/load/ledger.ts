import { AMOUNT, type TransferTemplate } from "./template.ts";
import type { Workload } from "./workload.ts";

export interface LedgerOptions {
  /** From its beginning; the ledger takes from it. */
  workload: Workload;
  template: TransferTemplate;
  accounts: number;
  /** What every account has at the beginning. */
  balance: bigint;
}

/** What every account must hold after the first transfers of a workload; 4 bytes for each account besides the workload's. */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #received: Uint32Array;
  #gas = 0n;
  #booked = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#received = new Uint32Array(options.accounts);
  }

  /** Books the transfers up to the one with that number. */
  bookUpTo(transfers: number): void {
    const { workload, template } = this.#options;
    for (; this.#booked < transfers;) {
      const count = Math.min(transfers - this.#booked, 10_000);
      const { nonces, recipients } = workload.take(count);
      // Sums of gas of so few stay far below 2^53.
      let gas = 0;
      for (let at = 0; at < count; at++) {
        gas += template.gas(nonces[at]!);
        this.#received[recipients[at]!]!++;
      }
      this.#gas += BigInt(gas);
      this.#booked += count;
    }
  }

  /** Transfers that the account has sent. */
  nonce(account: number): number {
    return this.#options.workload.nonce(account);
  }

  /** Whether it sent or received. */
  touched(account: number): boolean {
    return this.nonce(account) > 0 || this.#received[account]! > 0;
  }

  /** With every fee paid at `baseFee`. */
  balance(account: number, baseFee: bigint): bigint {
    const { template, balance } = this.#options;
    const nonce = this.nonce(account);
    const moved = BigInt(this.#received[account]! - nonce) * AMOUNT;
    return balance + moved - template.gasUpTo(nonce) * baseFee;
  }

  /** Gas of all transfers. */
  get gas(): bigint {
    return this.#gas;
  }
}
