import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Network, Timer } from "../types.ts";
import type { Parcel } from "./carrier.ts";
import type { Scheduler } from "./scheduler.ts";

type MessageHandler = Parameters<Network["onMessage"]>[0];
type RequestHandler = Parameters<Network["onRequest"]>[1];

/** What one node has of the virtual network. */
export interface SimLine {
  scheduler: Scheduler;
  connected(): string[];
  /** Calls `deliver` for each copy that arrives at `to`. */
  transmit(
    to: string,
    parcel: Parcel,
    deliver: (receiver: SimPeer) => void,
  ): void;
  left(): void;
}

interface Waiting {
  timer: Timer;
  settle(answer: Uint8Array | Error): void;
}

const REQUEST_TIMEOUT_MS = 5_000;

/** One node's end of a virtual network. */
export class SimPeer implements Network {
  readonly id: string;
  readonly #line: SimLine;
  readonly #messageHandlers: MessageHandler[] = [];
  readonly #requestHandlers = new Map<string, RequestHandler>();
  readonly #peersHandlers: ((peers: string[]) => void)[] = [];
  readonly #waiting = new Set<Waiting>();
  #known: string[] = [];
  #closed = false;

  constructor(id: string, line: SimLine) {
    this.id = id;
    this.#line = line;
  }

  peers(): string[] {
    return this.#closed ? [] : this.#line.connected();
  }

  broadcast(channel: string, message: Uint8Array): void {
    for (const peer of this.peers()) this.send(peer, channel, message);
  }

  send(peer: string, channel: string, message: Uint8Array): void {
    if (this.#closed || peer === this.id) return;
    const bytes = message.slice();
    this.#line.transmit(
      peer,
      { kind: "message", name: channel, bytes: bytes.length },
      (receiver) => receiver.receive(this.id, channel, bytes.slice()),
    );
  }

  /** Whoever can be reached is connected. */
  relay(): void {}

  onMessage(handler: MessageHandler): void {
    this.#messageHandlers.push(handler);
  }

  onRequest(topic: string, handler: RequestHandler): void {
    this.#requestHandlers.set(topic, handler);
  }

  onPeers(handler: (peers: string[]) => void): void {
    this.#peersHandlers.push(handler);
  }

  request(
    peer: string,
    topic: string,
    body: Uint8Array,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<Uint8Array> {
    if (this.#closed) return Promise.reject(fault(ErrorCode.SHUTTING_DOWN));
    if (!this.peers().includes(peer)) {
      return Promise.reject(fault(ErrorCode.PEER_UNREACHABLE, { peer }));
    }
    const asked = body.slice();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        timer: this.#line.scheduler.schedule(
          timeoutMs,
          () => waiting.settle(fault(ErrorCode.PEER_TIMEOUT, { peer, topic })),
        ),
        settle: (answer) => {
          if (!this.#waiting.delete(waiting)) return;
          waiting.timer.cancel();
          if (answer instanceof Error) reject(answer);
          else resolve(answer);
        },
      };
      this.#waiting.add(waiting);
      const question: Parcel = {
        ...{ kind: "question", name: topic, bytes: asked.length },
      };
      this.#line.transmit(peer, question, async (receiver) => {
        const answer = await receiver.answer(this.id, topic, asked.slice());
        const bytes = answer instanceof Error ? 0 : answer.length;
        const parcel: Parcel = { kind: "answer", name: topic, bytes };
        receiver.#line.transmit(
          this.id,
          parcel,
          () => waiting.settle(answer),
        );
      });
    });
  }

  close(): Promise<void> {
    this.leave();
    return Promise.resolve();
  }

  /** The end of this incarnation: nothing is sent or heard any more. */
  leave(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const waiting of this.#waiting) {
      waiting.settle(fault(ErrorCode.SHUTTING_DOWN));
    }
    this.#line.left();
  }

  receive(from: string, channel: string, message: Uint8Array): void {
    for (const handler of this.#messageHandlers) {
      handler(from, channel, message);
    }
  }

  async answer(
    from: string,
    topic: string,
    body: Uint8Array,
  ): Promise<Uint8Array | Error> {
    const handler = this.#requestHandlers.get(topic);
    try {
      if (!handler) throw new Error(`no such topic: ${topic}`);
      return (await handler(from, body)).slice();
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      return fault(ErrorCode.PEER_REFUSED, { peer: this.id, topic, reason });
    }
  }

  /** Tells of the connected peers, if they are others than before. */
  notice(): void {
    const peers = this.peers();
    if (peers.join() === this.#known.join()) return;
    this.#known = peers;
    for (const handler of this.#peersHandlers) handler(peers);
  }
}
