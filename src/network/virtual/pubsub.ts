import type { PeerId } from "@libp2p/interface";
import { type Clock, sha256 } from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";
import { Emitter } from "./emitter.ts";

interface Message {
  topic: string;
  data: Uint8Array;
}

type Validator = (from: PeerId, message: Message) => string;

/** Gossip in virtual time: what is worth it goes on to everybody who is connected and has not sent it. */
export class VirtualPubsub extends Emitter {
  readonly topicValidators = new Map<string, Validator>();
  readonly #clock: Clock;
  readonly #pass: (message: Message, isTo: (id: string) => boolean) => void;
  /** When what was seen is forgotten, the oldest first. */
  readonly #seen = new Map<string, number>();

  constructor(
    clock: Clock,
    pass: (message: Message, isTo: (id: string) => boolean) => void,
  ) {
    super();
    this.#clock = clock;
    this.#pass = pass;
  }

  subscribe(): void {}

  publish(topic: string, data: Uint8Array): Promise<void> {
    if (this.#isNew(data)) this.#pass({ topic, data }, () => true);
    return Promise.resolve();
  }

  hear(from: PeerId, message: Message): void {
    if (!this.#isNew(message.data)) return;
    const validator = this.topicValidators.get(message.topic);
    if (validator?.(from, message) !== "accept") return;
    this.emit("gossipsub:message", {
      detail: { propagationSource: from, msg: message },
    });
    const source = from.toString();
    this.#pass(message, (id) => id !== source);
  }

  #isNew(data: Uint8Array): boolean {
    const now = this.#clock.monotonic();
    for (const [name, untilMs] of this.#seen) {
      if (untilMs > now) break;
      this.#seen.delete(name);
    }
    const name = sha256(data).toHex();
    if (this.#seen.has(name)) return false;
    this.#seen.set(name, now + LIMITS.seenMs);
    return true;
  }
}
