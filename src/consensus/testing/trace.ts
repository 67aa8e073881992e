import { createHash } from "node:crypto";
import type { Network, Scheduler } from "../../platform/mod.ts";

/** A hash over everything that nodes send and when: of two runs with the same seed it is the same. */
export class Trace {
  readonly #hash = createHash("sha256");
  readonly #scheduler: Scheduler;
  #messages = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Messages and requests so far. */
  get messages(): number {
    return this.#messages;
  }

  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  note(what: string, bytes: Uint8Array = new Uint8Array()): void {
    this.#messages++;
    this.#hash.update(`${this.#scheduler.now()} ${what} ${bytes.length} `);
    this.#hash.update(bytes);
  }

  /** The same network, with what the node sends noted. */
  network(network: Network): Network {
    const { id } = network;
    return {
      id,
      broadcast: (channel, message) => {
        this.note(`${id} * ${channel}`, message);
        network.broadcast(channel, message);
      },
      send: (peer, channel, message) => {
        this.note(`${id} ${peer} ${channel}`, message);
        network.send(peer, channel, message);
      },
      request: (peer, topic, body, timeoutMs) => {
        this.note(`${id} ${peer} ? ${topic}`, body);
        return network.request(peer, topic, body, timeoutMs);
      },
      relay: (channel, judge) => network.relay(channel, judge),
      onMessage: (handler) => network.onMessage(handler),
      onRequest: (topic, handler) => network.onRequest(topic, handler),
      peers: () => network.peers(),
      onPeers: (handler) => network.onPeers(handler),
      close: () => network.close(),
    };
  }
}
