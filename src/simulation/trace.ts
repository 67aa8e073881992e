import { type Network, type Scheduler, sha256 } from "../platform/mod.ts";
import { concat } from "../bytes/mod.ts";

/** Bytes that are hashed together. */
const FOLD_BYTES = 1 << 16;

const encoder = new TextEncoder();

/** A hash over everything that nodes send and when: of two runs with the same seed it is the same. */
export class Trace {
  #hash = new Uint8Array(32);
  #unhashed: Uint8Array[] = [];
  #unhashedBytes = 0;
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
    this.#fold();
    return this.#hash.toHex();
  }

  note(what: string, bytes: Uint8Array = new Uint8Array()): void {
    this.#messages++;
    const head = `${this.#scheduler.now()} ${what} ${bytes.length} `;
    this.#unhashed.push(encoder.encode(head), bytes.slice());
    this.#unhashedBytes += head.length + bytes.length;
    if (this.#unhashedBytes > FOLD_BYTES) this.#fold();
  }

  #fold(): void {
    this.#hash = sha256(concat(this.#hash, ...this.#unhashed));
    this.#unhashed = [];
    this.#unhashedBytes = 0;
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
