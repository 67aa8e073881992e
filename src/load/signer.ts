import { sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { CoreExports } from "../core/mod.ts";
import { Addresses } from "./addresses.ts";
import { privateKeyOf, publicBytesOf, seedOf } from "./keys.ts";
import { TransferTemplate, type TransferTerms } from "./template.ts";
import type { Picks } from "./workload.ts";

const ADDRESS_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** Signs for all accounts of a load, whose keys follow from one secret. */
export class TransferSigner {
  readonly #core: CoreExports;
  readonly #secret: Uint8Array;
  readonly #keysMax: number;
  readonly #keys = new Map<number, KeyObject>();
  #addresses = Addresses.ofCount(0);
  #terms: TransferTerms | undefined;
  #template: TransferTemplate | undefined;

  /** Keeps at most `keysMax` keys; others are made each time. */
  constructor(core: CoreExports, secret: Uint8Array, keysMax: number) {
    this.#core = core;
    this.#secret = secret;
    this.#keysMax = keysMax;
  }

  /** Fills in the addresses of the accounts from `from` until before `to`. */
  fill(addresses: Addresses, from: number, to: number): void {
    for (let account = from; account < to; account++) {
      addresses.set(account, publicBytesOf(this.#keyOf(account)));
    }
  }

  /** What `sign` needs besides keys: once, before the first call. */
  begin(terms: TransferTerms, addresses: Addresses): void {
    this.#terms = terms;
    this.#template = new TransferTemplate(terms);
    this.#addresses = addresses;
  }

  /** Concatenated envelopes. */
  sign({ senders, nonces, recipients }: Picks): Uint8Array<ArrayBuffer> {
    const template = this.#template;
    if (!template) throw new TypeError("sign before begin");
    const length = nonces.reduce(
      (sum, nonce) => sum + template.envelopeBytes(nonce),
      0,
    );
    const envelopes = new Uint8Array(length);
    let offset = 0;
    senders.forEach((sender, at) => {
      const body = template.body(
        nonces[at]!,
        this.#addresses.of(recipients[at]!),
      );
      offset = this.#write(envelopes, offset, sender, body);
    });
    return envelopes;
  }

  /** Puts an envelope at `offset`; gives where the next one goes. */
  #write(
    into: Uint8Array<ArrayBuffer>,
    offset: number,
    sender: number,
    body: Uint8Array,
  ): number {
    const address = this.#addresses.of(sender);
    const id = this.#core.transactionId(
      this.#terms!.genesisHash,
      address,
      body,
    );
    const message = this.#core.transactionSignBytes(id);
    into.set(address, offset);
    offset += ADDRESS_BYTES;
    into.set(sign(null, message, this.#keyOf(sender)), offset);
    offset += SIGNATURE_BYTES;
    new DataView(into.buffer).setUint32(offset, body.length, true);
    into.set(body, offset + 4);
    return offset + 4 + body.length;
  }

  #keyOf(account: number): KeyObject {
    const known = this.#keys.get(account);
    if (known) return known;
    const key = privateKeyOf(seedOf(this.#secret, account));
    if (this.#keys.size < this.#keysMax) this.#keys.set(account, key);
    return key;
  }
}
