import { Ledger } from "./ledger.ts";
import type { Supply } from "./supply.ts";
import type { Workload } from "./workload.ts";

/** Keeps the ledger of what was submitted, which is always the beginning of the workload. */
export class Books {
  readonly ledger: Ledger;
  readonly #supply: Supply;
  readonly #workload: Workload;
  #booked = 0;

  constructor(supply: Supply, accounts: number, balance: bigint) {
    this.ledger = new Ledger(accounts, balance);
    this.#supply = supply;
    this.#workload = supply.workload();
  }

  /** Books the transfers up to `taken`; gives the gas of all so far. */
  upTo(taken: number): bigint {
    const count = taken - this.#booked;
    this.ledger.book(this.#workload, count, this.#supply.template);
    this.#booked = taken;
    return this.ledger.gas;
  }
}
