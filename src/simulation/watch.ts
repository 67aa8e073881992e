import { ErrorCode, toRustoriumError } from "../errors/mod.ts";
import type { Cluster } from "./cluster.ts";
import type { SimNode } from "./sim_node.ts";

/** How long a node may go on after its disk failed, which it need not notice at once. */
const GOES_ON_MS = 10_000;
/** Codes of the home and of storage. */
const STORAGE_CODES = 8;

/** Ends the lives of nodes that stopped or whose machine did, and says whose end was no fault of the machine. */
export class Watch {
  readonly #cluster: Cluster;
  readonly #failedAtMs = new Map<SimNode, number>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async look(): Promise<void> {
    for (const [index, node] of this.#cluster.nodes.entries()) {
      if (!node.isUp) continue;
      if (node.hardware.hasStopped) await this.#cluster.crash(index);
      else if (node.failure !== undefined) await this.#ended(index, node);
      else this.#goesOn(index, node);
    }
  }

  async #ended(index: number, node: SimNode): Promise<void> {
    const { checker } = this.#cluster;
    const error = toRustoriumError(node.failure, ErrorCode.RPC_INTERNAL);
    this.#cluster.note(index, `stopped: ${error.codeName} ${error.message}`);
    this.#failedAtMs.delete(node);
    await this.#cluster.crash(index);
    if (!this.#cluster.isHonest(index)) return;
    const isStorage = Math.floor(error.code / 100) === STORAGE_CODES;
    if (node.hardware.hasFailed && isStorage) return;
    checker.violate(`node${index}`, "its end", `stopped by ${error.codeName}`);
  }

  #goesOn(index: number, node: SimNode): void {
    if (!node.hardware.hasFailed) return;
    const { checker, scheduler } = this.#cluster;
    const since = this.#failedAtMs.get(node) ?? scheduler.now();
    this.#failedAtMs.set(node, since);
    if (scheduler.now() - since < GOES_ON_MS) return;
    checker.violate(
      `node${index}`,
      "a failed disk",
      "goes on as if nothing were",
    );
  }
}
