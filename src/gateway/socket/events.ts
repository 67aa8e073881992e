import { LRUCache } from "lru-cache";
import { encodeAddress } from "../../client/mod.ts";
import type { NodeView } from "../chain/node_view.ts";
import { toJson } from "../errors.ts";
import type { Topic } from "../rpc/method.ts";
import { receiptJson } from "../rpc/receipt_json.ts";

const CACHE_CHARACTERS_MAX = 16 * 1024 * 1024;

/** The JSON of events, made once for all subscribers. */
export class EventTexts {
  readonly #view: NodeView;
  readonly #texts = new LRUCache<string, string>({
    maxSize: CACHE_CHARACTERS_MAX,
    sizeCalculation: (text) => text.length + 64,
  });
  readonly #making = new Map<string, Promise<string | undefined>>();

  constructor(view: NodeView) {
    this.#view = view;
  }

  /** The last height of which there is an event. */
  head(topic: Topic): bigint {
    const { heads } = this.#view;
    return topic === "blocks" ? heads.decided : heads.executed;
  }

  /** The `data` of the event of a height; undefined while there is none. */
  async text(topic: Topic, height: bigint): Promise<string | undefined> {
    const key = `${topic}${height}`;
    const known = this.#texts.get(key) ?? this.#making.get(key);
    if (known !== undefined) return await known;
    const making = this.#make(topic, height);
    this.#making.set(key, making);
    try {
      const text = await making;
      if (text !== undefined) this.#texts.set(key, text);
      return text;
    } finally {
      this.#making.delete(key);
    }
  }

  async #make(topic: Topic, height: bigint): Promise<string | undefined> {
    const data = topic === "blocks"
      ? await this.#block(height)
      : await this.#receipts(height);
    return data && toJson(data);
  }

  async #block(height: bigint) {
    const { eventReader: reader } = this.#view;
    const block = await reader.block(height);
    if (!block) return undefined;
    const { header } = block;
    return {
      height: Number(height),
      block_id: block.blockId.toHex(),
      time_ms: Number(header.timeMs),
      proposer: encodeAddress(header.proposer),
      transactions: await reader.count(height, block),
      batches: block.certified.block?.batches.length ?? 0,
      base_fee: header.baseFee,
      gas_used: header.gasUsed,
      app_hash: header.stateRoot.toHex(),
    };
  }

  async #receipts(height: bigint) {
    const result = await this.#view.eventReader.result(height);
    return result && {
      height: Number(height),
      receipts: Array.from(
        { length: result.count },
        (_, index) => receiptJson(result.receipt(index), index),
      ),
    };
  }
}
