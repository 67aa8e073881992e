import { fromBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../core/mod.ts";
import { AccountSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import type { TestKey } from "./core.ts";
import type { SimNode } from "./sim_node.ts";
import { transfer } from "./transfer.ts";

/** Sends transfers between accounts, and again those that a crash lost. */
export class Wallet {
  readonly #core: CoreExports;
  readonly #genesisHash: Uint8Array;
  readonly #accounts: readonly TestKey[];
  readonly #sent: Uint8Array[][];

  constructor(
    core: CoreExports,
    genesisHash: Uint8Array,
    accounts: readonly TestKey[],
  ) {
    this.#core = core;
    this.#genesisHash = genesisHash;
    this.#accounts = accounts;
    this.#sent = accounts.map(() => []);
  }

  /** Transfers sent so far. */
  get count(): number {
    return this.#sent.reduce((sum, one) => sum + one.length, 0);
  }

  /** Sends one more transfer of an account to its neighbour. */
  async send(account: number, node: SimNode): Promise<void> {
    const sent = this.#sent[account]!;
    const accounts = this.#accounts;
    const { envelope } = transfer(this.#core, this.#genesisHash, {
      from: accounts[account]!,
      to: accounts[(account + 1) % accounts.length]!,
      nonce: BigInt(sent.length),
      amount: 1n,
    });
    sent.push(envelope);
    await node.executor.submit(envelope);
  }

  /** Sends again what is not executed. */
  async resend(node: SimNode): Promise<void> {
    for (const [account, sent] of this.#sent.entries()) {
      const executed = await this.#executed(account, node);
      for (const envelope of sent.slice(executed)) {
        await node.executor.submit(envelope);
      }
    }
  }

  /** How many transfers a node has not executed. */
  async missing(node: SimNode): Promise<number> {
    let missing = this.count;
    for (const account of this.#accounts.keys()) {
      missing -= await this.#executed(account, node);
    }
    return missing;
  }

  async #executed(account: number, node: SimNode): Promise<number> {
    const { publicKey } = this.#accounts[account]!;
    const { account: bytes } = await node.executor.account(publicKey);
    const { lanes } = fromBinary(AccountSchema, bytes ?? new Uint8Array());
    return Number(lanes[0]?.nonce ?? 0n);
  }
}
