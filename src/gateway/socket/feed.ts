import type { Clock } from "../../platform/types.ts";
import type { GatewayLimits } from "../limits.ts";
import type { Topic } from "../rpc/method.ts";
import type { EventTexts } from "./events.ts";

const DRAIN_POLL_MS = 20;
const FRAME_CHARACTERS = 256 * 1024;

/** The socket as a feed sees it. */
export interface FeedSocket {
  send(text: string): void;
  /** What the other side has not taken yet. */
  unreadBytes(): number;
  /** The other side does not read. */
  stalled(): void;
}

export interface FeedOptions {
  id: string;
  topic: Topic;
  cursor: bigint;
  clock: Clock;
  limits: Pick<
    GatewayLimits,
    "frameEventsMax" | "socketUnreadBytesMax" | "socketStallMsMax"
  >;
}

/**
 * One subscription. It has no queue, only a cursor: a frame is made from the
 * store when the socket has room for it, so a slow reader falls behind without
 * losing an event or costing memory, and gets the missed ones in large frames.
 */
export class Feed {
  readonly #texts: EventTexts;
  readonly #socket: FeedSocket;
  readonly #options: FeedOptions;
  #cursor: bigint;
  #running = false;
  #closed = false;

  constructor(texts: EventTexts, socket: FeedSocket, options: FeedOptions) {
    this.#texts = texts;
    this.#socket = socket;
    this.#options = options;
    this.#cursor = options.cursor;
  }

  /** Sends what there is beyond the cursor. Called after every change of the heads. */
  async advance(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (!this.#closed && this.#cursor < this.#head()) {
        if (!await this.#hasRoom()) return this.#socket.stalled();
        const events = await this.#nextEvents();
        if (this.#closed || events.length === 0) return;
        this.#socket.send(
          events.length === 1 ? `${events[0]}` : `[${events.join(",")}]`,
        );
        this.#cursor += BigInt(events.length);
      }
    } finally {
      this.#running = false;
    }
  }

  close(): void {
    this.#closed = true;
  }

  #head(): bigint {
    return this.#texts.head(this.#options.topic);
  }

  async #nextEvents(): Promise<string[]> {
    const { id, topic, limits } = this.#options;
    const events: string[] = [];
    let characters = 0;
    let height = this.#cursor + 1n;
    while (
      height <= this.#head() && events.length < limits.frameEventsMax &&
      characters < FRAME_CHARACTERS
    ) {
      const data = await this.#texts.text(topic, height);
      if (data === undefined) break;
      const event =
        `{"jsonrpc":"2.0","method":"event","params":{"subscription":"${id}","topic":"${topic}","cursor":${height},"data":${data}}}`;
      events.push(event);
      characters += event.length;
      height++;
    }
    return events;
  }

  /** Waits until the socket takes more; false when it takes nothing for too long. */
  async #hasRoom(): Promise<boolean> {
    const { clock, limits } = this.#options;
    let least = Infinity;
    let since = clock.monotonic();
    while (!this.#closed) {
      const unread = this.#socket.unreadBytes();
      if (unread <= limits.socketUnreadBytesMax) return true;
      if (unread < least) {
        least = unread;
        since = clock.monotonic();
      }
      if (clock.monotonic() - since > limits.socketStallMsMax) return false;
      await clock.sleep(DRAIN_POLL_MS);
    }
    return true;
  }
}
