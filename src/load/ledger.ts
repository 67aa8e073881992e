import { AMOUNT, type TransferTemplate } from "./template.ts";
import type { Workload } from "./workload.ts";

/** What every account must hold after the first transfers of a workload. */
export class Ledger {
  readonly #nonces: Uint32Array;
  readonly #received: Uint32Array;
  readonly #gas: Float64Array;
  readonly #start: bigint;

  constructor(accounts: number, start: bigint) {
    this.#nonces = new Uint32Array(accounts);
    this.#received = new Uint32Array(accounts);
    // Sums of gas stay far below 2^53.
    this.#gas = new Float64Array(accounts);
    this.#start = start;
  }

  /** Books the next `count` transfers. */
  book(workload: Workload, count: number, template: TransferTemplate): void {
    for (let left = count; left > 0;) {
      const picks = workload.take(Math.min(left, 10_000));
      picks.senders.forEach((sender, at) => {
        const nonce = picks.nonces[at]!;
        this.#nonces[sender] = nonce + 1;
        this.#gas[sender]! += Number(template.gas(nonce));
        this.#received[picks.recipients[at]!]!++;
      });
      left -= picks.senders.length;
    }
  }

  /** Transfers that the account has sent. */
  nonce(account: number): number {
    return this.#nonces[account]!;
  }

  /** Whether it sent or received. */
  touched(account: number): boolean {
    return this.#nonces[account]! > 0 || this.#received[account]! > 0;
  }

  /** With every fee paid at `baseFee`. */
  balance(account: number, baseFee: bigint): bigint {
    const sent = BigInt(this.#nonces[account]!);
    const received = BigInt(this.#received[account]!);
    return this.#start + (received - sent) * AMOUNT -
      BigInt(this.#gas[account]!) * baseFee;
  }

  /** Gas of all transfers. */
  get gas(): bigint {
    return BigInt(this.#gas.reduce((sum, gas) => sum + gas, 0));
  }
}
