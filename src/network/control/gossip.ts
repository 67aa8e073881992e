import type {
  GossipSub,
  Message,
  TopicValidatorResult,
} from "@libp2p/gossipsub";
import type { PeerId } from "@libp2p/interface";
import type { Log, Verdict } from "../../platform/types.ts";
import { splitNamed } from "../frames.ts";
import { LIMITS } from "../limits.ts";
import type { Deed } from "../peers/scores.ts";

export interface GossipParts {
  pubsub: GossipSub;
  topic: string;
  log: Log;
  /** Guests may listen; what they say is not passed on. */
  isPeer(id: string): boolean;
  /** Whether what a peer passes on is looked at: it may pass on too much. */
  isHeard(id: string): boolean;
  judge(channel: string, body: Uint8Array): Verdict;
  /** What the peer did that passed a message on. */
  onDeed(id: string, deed: Deed): void;
  /** `from` is the peer that passed it on. */
  onMessage(from: string, channel: string, body: Uint8Array): void;
}

/** Messages that pass from node to node, so that they reach those that are not connected. */
export class Gossip {
  readonly #parts: GossipParts;
  readonly #drops = { ignored: 0, rejected: 0 };

  constructor(parts: GossipParts) {
    this.#parts = parts;
  }

  /** Messages that were not passed on so far. */
  get drops(): { ignored: number; rejected: number } {
    return { ...this.#drops };
  }

  start(): void {
    const { pubsub, topic, onMessage } = this.#parts;
    pubsub.topicValidators.set(
      topic,
      (from, message) => this.#verdict(from, message) as TopicValidatorResult,
    );
    pubsub.subscribe(topic);
    pubsub.addEventListener("gossipsub:message", ({ detail }) => {
      const { propagationSource, msg } = detail;
      if (msg.topic !== topic) return;
      const { name, body } = splitNamed(msg.data);
      onMessage(propagationSource.toString(), name, body);
    });
  }

  /** `content` is that of a named frame. */
  publish(content: Uint8Array): void {
    const { pubsub, topic, log } = this.#parts;
    pubsub.publish(topic, content).catch((error) =>
      log.debug("a message was not passed on", { error })
    );
  }

  #verdict(from: PeerId, message: Message): Verdict {
    const verdict = this.#judge(from, message);
    const { onDeed } = this.#parts;
    if (verdict === "accept") onDeed(from.toString(), "useful");
    if (verdict === "ignore") this.#drops.ignored++;
    if (verdict === "reject") {
      this.#drops.rejected++;
      onDeed(from.toString(), "invalid");
    }
    return verdict;
  }

  #judge(from: PeerId, { data }: Message): Verdict {
    const { isPeer, isHeard, judge } = this.#parts;
    const id = from.toString();
    if (!isPeer(id) || !isHeard(id)) return "ignore";
    if (data.length > LIMITS.gossipBytesMax) return "reject";
    try {
      const { name, body } = splitNamed(data);
      return judge(name, body);
    } catch {
      return "reject";
    }
  }
}
