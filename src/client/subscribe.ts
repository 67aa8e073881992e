import { ErrorCode } from "../proto/gen/rustorium/v1/error_pb.ts";
import type { RustoriumError } from "../errors/mod.ts";
import { errorOf } from "./call.ts";
import { createQueue, type Queue } from "./queue.ts";

/** Where a subscription starts and how it ends. */
export interface SubscribeOptions {
  /** The last height already known: the next event is of the height after it. Left out: from now on. */
  cursor?: bigint;
  /** Ends the iteration without an error. */
  signal?: AbortSignal;
}

interface Source<T> {
  url: URL;
  topic: "blocks" | "receipts";
  decode(json: unknown): T;
  open?: (url: URL) => WebSocket;
}

interface Event<T> {
  cursor: bigint;
  data: T;
}

const QUEUE_EVENTS_MAX = 1_000;
const BACKOFF_MS_FIRST = 100;
const BACKOFF_MS_MAX = 5_000;

/**
 * The events of a topic, each height once and in order, over as many
 * connections as it takes: after a broken one the next goes on behind the last
 * event that was given out. A reader that falls 1,000 events behind is
 * disconnected until it has caught up, so memory stays bounded.
 *
 * @throws what the node answers to the subscription itself; broken connections
 * are retried until the reader leaves or the signal ends it.
 */
export async function* subscribe<T>(
  source: Source<T>,
  { cursor, signal }: SubscribeOptions = {},
): AsyncGenerator<T, void, void> {
  let backoffMs = BACKOFF_MS_FIRST;
  while (!signal?.aborted) {
    const queue = createQueue<Event<T>>();
    const socket = connect(source, cursor, queue, (start) => cursor ??= start);
    const stop = () => queue.end();
    signal?.addEventListener("abort", stop);
    try {
      for (let event; (event = await queue.next()) && !signal?.aborted;) {
        cursor = event.cursor;
        backoffMs = BACKOFF_MS_FIRST;
        yield event.data;
      }
    } finally {
      signal?.removeEventListener("abort", stop);
      socket.close();
    }
    await pause(backoffMs, signal);
    backoffMs = Math.min(backoffMs * 2, BACKOFF_MS_MAX);
  }
}

function connect<T>(
  source: Source<T>,
  cursor: bigint | undefined,
  queue: Queue<Event<T>>,
  onStart: (cursor: bigint) => void,
): WebSocket {
  const url = new URL("/ws", source.url);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = source.open?.(url) ?? new WebSocket(url);
  socket.onopen = () =>
    socket.send(JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "subscribe",
      params: {
        topic: source.topic,
        ...(cursor !== undefined && { cursor: Number(cursor) }),
      },
    }));
  socket.onmessage = ({ data }) => {
    for (const message of [JSON.parse(data)].flat()) {
      if (message.error) queue.end(subscriptionError(message.error));
      else if (message.method !== "event") {
        onStart(BigInt(message.result.cursor));
      } else {
        const { cursor, data } = message.params;
        queue.push({ cursor: BigInt(cursor), data: source.decode(data) });
      }
    }
    if (queue.length >= QUEUE_EVENTS_MAX) queue.end();
  };
  socket.onclose = () => queue.end();
  socket.onerror = () => queue.end();
  return socket;
}

/** A busy or stopping node is worth another try, a refused subscription is not. */
function subscriptionError(
  error: Parameters<typeof errorOf>[0],
): RustoriumError | undefined {
  const known = errorOf(error);
  const passing: number[] = [ErrorCode.RPC_BUSY, ErrorCode.SHUTTING_DOWN];
  return passing.includes(known.code) ? undefined : known;
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
