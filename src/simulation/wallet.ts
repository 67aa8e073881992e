import { fromBinary } from "@bufbuild/protobuf";
import type { Parameters } from "../proto/gen/rustorium/v1/state_pb.ts";
import { AccountSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import type { SimChain } from "./chain.ts";
import { core } from "./core.ts";
import type { SimNode } from "./sim_node.ts";
import { transfer } from "./transfer.ts";

/** More than the envelope of a transfer has. */
const ENVELOPE_BYTES = 400n;
/** Validity where the chain allows more. */
const VALIDITY_BLOCKS = 1_000n;

/** Sends transfers between accounts, and again those that a crash lost. */
export class Wallet {
  readonly #chain: SimChain;
  /** How many each account has sent. */
  readonly #sent: number[];
  readonly #gasLimit: bigint;

  constructor(chain: SimChain) {
    this.#chain = chain;
    this.#sent = chain.senders.map(() => 0);
    this.#gasLimit = gasOf(chain.parameters);
  }

  /** Transfers sent so far. */
  get count(): number {
    return this.#sent.reduce((sum, one) => sum + one, 0);
  }

  /** Sends one more transfer of an account to its neighbour, while it can pay. */
  async send(account: number, node: SimNode, height: bigint): Promise<void> {
    const sent = this.#sent[account]!;
    const { balance } = this.#chain.senders[account]!;
    if (BigInt(sent + 1) * (this.#fee() + 1n) > balance) return;
    this.#sent[account] = sent + 1;
    await node.executor.submit(this.#transfer(account, sent, height));
  }

  /** Sends again what is not executed. */
  async resend(node: SimNode, height: bigint): Promise<void> {
    for (const [account, sent] of this.#sent.entries()) {
      const executed = await this.#executed(account, node);
      for (let nonce = executed; nonce < sent; nonce++) {
        await node.executor.submit(this.#transfer(account, nonce, height));
      }
    }
  }

  /** How many transfers a node has not executed. */
  async missing(node: SimNode): Promise<number> {
    let missing = this.count;
    for (const account of this.#sent.keys()) {
      missing -= await this.#executed(account, node);
    }
    return missing;
  }

  #transfer(account: number, nonce: number, height: bigint): Uint8Array {
    const { senders, parameters, genesisHash } = this.#chain;
    const { envelope } = transfer(core, genesisHash, {
      from: senders[account]!.key,
      to: senders[(account + 1) % senders.length]!.key,
      nonce: BigInt(nonce),
      amount: 1n,
      validUntil: lastValid(parameters, height),
      gasLimit: this.#gasLimit,
      maxFee: parameters.baseFeeMin,
    });
    return envelope;
  }

  #fee(): bigint {
    return this.#gasLimit * this.#chain.parameters.baseFeeMin;
  }

  async #executed(account: number, node: SimNode): Promise<number> {
    const { publicKey } = this.#chain.senders[account]!.key;
    const { account: bytes } = await node.executor.account(publicKey);
    const { lanes } = fromBinary(AccountSchema, bytes ?? new Uint8Array());
    return Number(lanes[0]?.nonce ?? 0n);
  }
}

/** The same for many heights, so that what is sent again is mostly the same. */
function lastValid({ validityBlocksMax }: Parameters, height: bigint): bigint {
  const most = validityBlocksMax < VALIDITY_BLOCKS
    ? validityBlocksMax
    : VALIDITY_BLOCKS;
  const half = most / 2n || 1n;
  return (height / half + 2n) * half - 1n;
}

function gasOf(parameters: Parameters): bigint {
  const { gasPerTransaction, gasPerByte, gasPerAction } = parameters;
  return gasPerTransaction + gasPerByte * ENVELOPE_BYTES + gasPerAction;
}
