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
  /** So many addresses are made. */
  onAddresses: (made: number) => void;
}

/** Accounts, and transfers between them, signed before they are needed. */
export class Supply {
  readonly #options: SupplyOptions;
  readonly #signers: Signers;
  #workload: Workload | undefined;
  /** Transfers of one request. */
  #chunk = 1;
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
    return this.#begun.again();
  }

  get #begun(): Workload {
    if (!this.#workload) throw new TypeError("no nodes to sign for");
    return this.#workload;
  }

  get template(): TransferTemplate {
    if (!this.#template) throw new TypeError("no chain to sign for");
    return this.#template;
  }

  /** Once the chain is known, and how many nodes take requests of so many transfers in turn. */
  async begin(
    terms: TransferTerms,
    nodes: { count: number; transfers: number },
  ): Promise<void> {
    const { accounts, zipf, secret } = this.#options;
    this.#workload = new Workload({
      ...{ accounts, zipf, seed: secret.toHex(), nodes },
    });
    this.#chunk = nodes.transfers;
    this.#template = new TransferTemplate(terms);
    await this.#signers.begin(terms, this.addresses);
  }

  /** Signs the next `count` transfers into the stock, and what fills the last chunk: none is for two nodes. */
  async sign(least: number, onSigned: (signed: number) => void): Promise<void> {
    const chunk = this.#chunk;
    const count = Math.ceil(least / chunk) * chunk;
    const chunker = new Chunker(
      this.stock,
      chunk,
      (nonce) => this.template.envelopeBytes(nonce),
    );
    let signed = 0;
    const portions = this.#signers.sign(this.#begun, count);
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
