import { create, toBinary } from "@bufbuild/protobuf";
import type { Parameters } from "../proto/gen/rustorium/v1/state_pb.ts";
import {
  ActionSchema,
  type TransactionBody,
  TransactionBodySchema,
  TransferSchema,
} from "../proto/gen/rustorium/v1/transaction_pb.ts";

/** What all transfers of a load have in common. */
export interface TransferTerms {
  genesisHash: Uint8Array<ArrayBuffer>;
  parameters: Parameters;
  validUntil: bigint;
  /** When the load begins. */
  baseFee: bigint;
}

/** The least that can be moved. */
export const AMOUNT = 1n;
/** Room for a base fee that rises under the load, in one byte; more where that is not twice the base fee. */
export const MAX_FEE_MIN = 100n;

const HEAD_BYTES = 100;
const ADDRESS_BYTES = 32;
/** A nonce that needs so many bytes; 0 needs none. */
const NONCES = [0n, 1n, 1n << 7n, 1n << 14n, 1n << 21n, 1n << 28n];

/** Bodies of transfers, made by filling in nonce and recipient: encoding each anew costs as much as its signature. */
export class TransferTemplate {
  readonly #forms: Uint8Array<ArrayBuffer>[];
  readonly #nonceAt: number;
  readonly #toFromEnd: number;
  /** For each form. */
  readonly #gas: number[];

  constructor(terms: TransferTerms) {
    const transfer = {
      case: "transfer",
      value: { to: new Uint8Array(ADDRESS_BYTES), amount: AMOUNT },
    } as const;
    const body = create(TransactionBodySchema, {
      chainTag: chainTag(terms.genesisHash),
      nonce: NONCES.at(-1),
      validUntil: terms.validUntil,
      maxFee: terms.baseFee * 2n > MAX_FEE_MIN
        ? terms.baseFee * 2n
        : MAX_FEE_MIN,
      actions: [create(ActionSchema, { kind: transfer })],
    });
    body.gasLimit = gasOf(terms.parameters, longestEnvelope(body));
    this.#forms = NONCES.map((nonce) =>
      toBinary(TransactionBodySchema, { ...body, nonce })
    );
    this.#gas = this.#forms.map((form) =>
      Number(gasOf(terms.parameters, HEAD_BYTES + form.length))
    );
    const before = create(TransactionBodySchema, { chainTag: body.chainTag });
    this.#nonceAt = toBinary(TransactionBodySchema, before).length + 1;
    const amount = create(TransferSchema, { amount: AMOUNT });
    this.#toFromEnd = toBinary(TransferSchema, amount).length + ADDRESS_BYTES;
  }

  /** The encoding of `TransactionBody`. */
  body(nonce: number, to: Uint8Array): Uint8Array<ArrayBuffer> {
    const body = this.#formOf(nonce).slice();
    if (nonce > 0) writeVarint(body, this.#nonceAt, nonce);
    body.set(to, body.length - this.#toFromEnd);
    return body;
  }

  /** Length of the envelope with that nonce. */
  envelopeBytes(nonce: number): number {
    return HEAD_BYTES + this.#formOf(nonce).length;
  }

  /** What the transfer with that nonce uses. */
  gas(nonce: number): number {
    return this.#gas[varintBytes(nonce)]!;
  }

  /** What those with smaller nonces use together. */
  gasUpTo(nonce: number): bigint {
    return this.#gas.reduce((sum, gas, form) => {
      const from = Number(NONCES[form]);
      const to = Math.min(nonce, Number(NONCES[form + 1] ?? nonce));
      return sum + BigInt(gas) * BigInt(Math.max(0, to - from));
    }, 0n);
  }

  #formOf(nonce: number): Uint8Array<ArrayBuffer> {
    return this.#forms[varintBytes(nonce)]!;
  }
}

function chainTag(genesisHash: Uint8Array): number {
  return new DataView(genesisHash.buffer, genesisHash.byteOffset)
    .getUint32(0, true);
}

/** With the gas limit taken to be as long as can be. */
function longestEnvelope(body: TransactionBody): number {
  const longest = { ...body, gasLimit: 2n ** 64n - 1n };
  return HEAD_BYTES + toBinary(TransactionBodySchema, longest).length;
}

function gasOf(parameters: Parameters, envelopeBytes: number): bigint {
  return parameters.gasPerTransaction + parameters.gasPerAction +
    parameters.gasPerByte * BigInt(envelopeBytes);
}

function varintBytes(value: number): number {
  let bytes = 0;
  for (let rest = value; rest > 0; rest >>>= 7) bytes++;
  return bytes;
}

function writeVarint(into: Uint8Array, at: number, value: number): void {
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) into[at++] = rest & 0x7f | 0x80;
  into[at] = rest;
}
