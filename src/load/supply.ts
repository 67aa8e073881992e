import type { CoreExports } from "../core/mod.ts";
import { Chunker } from "./chunks.ts";
import { Signers } from "./signers.ts";
import { Stock } from "./stock.ts";
import { TransferTemplate, type TransferTerms } from "./template.ts";
import { Workload } from "./workload.ts";

export interface SupplyOptions {
  accounts: number;
  zipf: boolean;
  /** All keys follow from it, and which transfers there are. */
  secret: Uint8Array;
  core: WebAssembly.Module;
  /** For the file of signed transfers. */
  directory: string;
  /** Transfers of one request. */
  chunk: number;
}

const ADDRESS_BYTES = 32;

/** Accounts, and transfers between them, signed before they are needed. */
export class Supply {
  readonly #options: SupplyOptions;
  readonly #signers: Signers;
  readonly #workload: Workload;
  readonly #addresses: Uint8Array<ArrayBuffer>;
  readonly stock: Stock;
  #template: TransferTemplate | undefined;

  private constructor(
    options: SupplyOptions,
    signers: Signers,
    addresses: Uint8Array<ArrayBuffer>,
    stock: Stock,
  ) {
    this.#options = options;
    this.#signers = signers;
    this.#addresses = addresses;
    this.stock = stock;
    this.#workload = this.workload();
  }

  static async open(options: SupplyOptions): Promise<Supply> {
    const signers = new Signers(options.core, options.secret);
    try {
      const addresses = await signers.addresses(options.accounts);
      const stock = await Stock.open(options.directory);
      return new Supply(options, signers, addresses, stock);
    } catch (error) {
      signers.close();
      throw error;
    }
  }

  address(account: number): Uint8Array {
    const start = account * ADDRESS_BYTES;
    return this.#addresses.subarray(start, start + ADDRESS_BYTES);
  }

  get addresses(): Uint8Array[] {
    const { accounts } = this.#options;
    return Array.from({ length: accounts }, (_, n) => this.address(n));
  }

  /** The transfers from their beginning. */
  workload(): Workload {
    const { accounts, zipf, secret } = this.#options;
    return new Workload({ accounts, zipf, seed: secret.toHex() });
  }

  get template(): TransferTemplate {
    if (!this.#template) throw new TypeError("no chain to sign for");
    return this.#template;
  }

  /** Once the chain is known. */
  async begin(terms: TransferTerms): Promise<void> {
    this.#template = new TransferTemplate(terms);
    await this.#signers.begin(terms, this.#addresses);
  }

  /** Signs the next `count` transfers into the stock. */
  async sign(count: number, onSigned: (signed: number) => void): Promise<void> {
    const { chunk } = this.#options;
    const chunker = new Chunker(
      this.stock,
      chunk,
      (nonce) => this.template.envelopeBytes(nonce),
    );
    let signed = 0;
    const portions = this.#signers.sign(this.#workload, count);
    for await (const { envelopes, nonces } of portions) {
      chunker.add(envelopes, nonces);
      onSigned(signed += nonces.length);
    }
    chunker.flush();
  }

  async close(): Promise<void> {
    this.#signers.close();
    await this.stock.close();
  }
}

/** Where all fees are. */
export function feeAddressOf(core: CoreExports): Uint8Array {
  return core.systemAccount("fees");
}
