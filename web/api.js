/** The node's JSON-RPC, over HTTP for calls and WebSocket for events. */

export class RpcFailure extends Error {
  constructor({ code, message, data }) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** One call. Throws RpcFailure with the node's code, or a network error. */
export async function call(method, params = {}) {
  const response = await fetch("/", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { error, result } = await response.json();
  if (error) throw new RpcFailure(error);
  return result;
}

const BACKOFF_MS_FIRST = 250;
const BACKOFF_MS_MAX = 5_000;

/**
 * Follows topics over one socket; a broken one is opened again, and goes on
 * behind the last event. `start` gives the cursor to begin with.
 */
export function follow({ topics, start, onEvent, onState }) {
  const cursors = {};
  let backoffMs = BACKOFF_MS_FIRST;

  const retry = () => {
    onState("offline");
    setTimeout(open, backoffMs);
    backoffMs = Math.min(backoffMs * 2, BACKOFF_MS_MAX);
  };
  const open = async () => {
    let from;
    try {
      from = await start();
    } catch {
      return retry();
    }
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws`);
    socket.onopen = () => {
      backoffMs = BACKOFF_MS_FIRST;
      onState("live");
      topics.forEach((topic, id) => {
        const params = { topic, cursor: cursors[topic] ?? from };
        socket.send(
          JSON.stringify({ jsonrpc: "2.0", id, method: "subscribe", params }),
        );
      });
    };
    socket.onmessage = ({ data }) => {
      const events = [JSON.parse(data)].flat()
        .filter(({ method }) => method === "event")
        .map(({ params }) => params);
      for (const { topic, cursor } of events) cursors[topic] = cursor;
      if (events.length > 0) onEvent(events);
    };
    socket.onclose = retry;
  };
  open();
}
