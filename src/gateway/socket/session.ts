import { ErrorCode, fault } from "../../errors/mod.ts";
import type { NodeView } from "../chain/node_view.ts";
import type { Source } from "../door/source.ts";
import { answer, errorText } from "../rpc/dispatch.ts";
import type { SubscriptionStart, Topic } from "../rpc/method.ts";
import type { EventTexts } from "./events.ts";
import { Feed } from "./feed.ts";

const CLOSE_GOING_AWAY = 1001;
const CLOSE_TOO_LARGE = 1009;
const CLOSE_TRY_LATER = 1013;

export interface SessionOptions {
  view: NodeView;
  texts: EventTexts;
  socket: WebSocket;
  source: Source;
}

/** One WebSocket: the calls and the subscriptions of one client. */
export class Session {
  readonly #view: NodeView;
  readonly #texts: EventTexts;
  readonly #socket: WebSocket;
  readonly #source: Source;
  readonly #feeds = new Map<string, Feed>();
  readonly #gone = new AbortController();
  #calls = 0;
  #nextId = 1;

  constructor({ view, texts, socket, source }: SessionOptions) {
    this.#view = view;
    this.#texts = texts;
    this.#socket = socket;
    this.#source = source;
    const stopFollowing = view.heads.onChange(() => this.#advance());
    socket.onmessage = ({ data }) => void this.#receive(data);
    // What broke the connection is the network's business; the close that follows ends the session.
    socket.onerror = () => {};
    socket.onclose = () => {
      stopFollowing();
      this.#gone.abort(fault(ErrorCode.SHUTTING_DOWN, "the socket closed"));
      for (const feed of this.#feeds.values()) feed.close();
      this.#feeds.clear();
    };
  }

  /** Tells the client that the node stops. */
  close(): void {
    this.#close(CLOSE_GOING_AWAY, "SHUTTING_DOWN");
  }

  #close(code: number, reason: string): void {
    if (this.#socket.readyState <= WebSocket.OPEN) {
      this.#socket.close(code, reason);
    }
  }

  async #receive(data: unknown): Promise<void> {
    const refusal = this.#refusalOf(data);
    if (refusal) return this.#send(errorText(null, refusal));
    this.#calls++;
    try {
      const reply = await answer(this.#view, data as string, {
        signal: this.#gone.signal,
        source: this.#source,
        subscriptions: {
          add: (topic, cursor) => this.#subscribe(topic, cursor),
          remove: (subscription) => this.#unsubscribe(subscription),
        },
      });
      if (reply !== undefined) this.#send(reply);
    } finally {
      this.#calls--;
    }
    // After the answer, so that a client knows a subscription before its first event.
    this.#advance();
  }

  #refusalOf(data: unknown): Error | undefined {
    const { frameBytesMax, socketCallsMax } = this.#view.limits;
    if (typeof data !== "string") {
      return fault(ErrorCode.RPC_INVALID_REQUEST, "frames are text, not bytes");
    }
    if (data.length > frameBytesMax) {
      this.#socket.close(CLOSE_TOO_LARGE, "RPC_BODY_TOO_LARGE");
      return fault(ErrorCode.RPC_BODY_TOO_LARGE, { max: frameBytesMax });
    }
    if (this.#calls >= socketCallsMax) {
      return fault(ErrorCode.RPC_BUSY, { calls_max: socketCallsMax });
    }
    return undefined;
  }

  #subscribe(topic: Topic, cursor: bigint | undefined): SubscriptionStart {
    const { socketSubscriptionsMax: max } = this.#view.limits;
    if (this.#feeds.size >= max) {
      throw fault(ErrorCode.RPC_BUSY, { subscriptions_max: max });
    }
    const start = { subscription: `s${this.#nextId++}`, cursor: 0n };
    start.cursor = cursor ?? this.#texts.head(topic);
    const feed = new Feed(this.#texts, {
      send: (text) => this.#send(text),
      unreadBytes: () => this.#socket.bufferedAmount,
      stalled: () => this.#close(CLOSE_TRY_LATER, "RPC_BUSY: nothing was read"),
    }, {
      id: start.subscription,
      topic,
      cursor: start.cursor,
      clock: this.#view.clock,
      limits: this.#view.limits,
    });
    this.#feeds.set(start.subscription, feed);
    return start;
  }

  #unsubscribe(subscription: string): boolean {
    this.#feeds.get(subscription)?.close();
    return this.#feeds.delete(subscription);
  }

  #advance(): void {
    for (const feed of this.#feeds.values()) {
      feed.advance().catch((thrown) => {
        this.#view.log.error("a subscription failed", {
          error: String(thrown),
        });
        this.#close(CLOSE_TRY_LATER, "RPC_INTERNAL");
      });
    }
  }

  #send(text: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (
      this.#socket.bufferedAmount > this.#view.limits.socketUnreadBytesClose
    ) {
      return this.#close(CLOSE_TRY_LATER, "RPC_BUSY: nothing was read");
    }
    this.#socket.send(text);
  }
}
