import type { CoreExports } from "../core/mod.ts";
import type { Addresses } from "./addresses.ts";
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
  /** So many addresses are made. */
  onAddresses: (made: number) => void;
}

/** Accounts, and transfers between them, signed before they are needed. */
export class Supply {
  readonly #options: SupplyOptions;
  readonly #signers: Signers;
  readonly #workload: Workload;
  readonly addresses: Addresses;
  readonly stock: Stock;
  #template: TransferTemplate | undefined;

  private constructor(
    options: SupplyOptions,
    signers: Signers,
    addresses: Addresses,
    stock: Stock,
  ) {
    this.#options = options;
    this.#signers = signers;
    this.addresses = addresses;
    this.stock = stock;
    const { accounts, zipf, secret } = options;
    this.#workload = new Workload({ accounts, zipf, seed: secret.toHex() });
  }

  static async open(options: SupplyOptions): Promise<Supply> {
    const signers = new Signers(options.core, options.secret);
    try {
      const addresses = await signers.addresses(
        options.accounts,
        options.onAddresses,
      );
      const stock = await Stock.open(options.directory);
      return new Supply(options, signers, addresses, stock);
    } catch (error) {
      signers.close();
      throw error;
    }
  }

  /** The transfers from their beginning. */
  workload(): Workload {
    return this.#workload.again();
  }

  get template(): TransferTemplate {
    if (!this.#template) throw new TypeError("no chain to sign for");
    return this.#template;
  }

  /** Once the chain is known. */
  async begin(terms: TransferTerms): Promise<void> {
    this.#template = new TransferTemplate(terms);
    await this.#signers.begin(terms, this.addresses);
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
