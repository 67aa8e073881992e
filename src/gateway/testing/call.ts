/** Raw JSON-RPC, to see the answers as they are. */

// deno-lint-ignore no-explicit-any
type Json = any;

/** POSTs any body to a path; gives the status and the JSON of the answer. */
export async function post(
  url: string,
  body: BodyInit,
  headers: HeadersInit = {},
): Promise<{ status: number; json: Json }> {
  const response = await fetch(url, { method: "POST", body, headers });
  const text = await response.text();
  return { status: response.status, json: text && JSON.parse(text) };
}

/** One call; gives the whole answer. */
export async function rpc(
  url: string,
  method: string,
  params?: unknown,
): Promise<Json> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  return (await post(url, body)).json;
}

/** A WebSocket whose messages are read one after the other. */
export interface TestSocket extends AsyncDisposable {
  send(message: unknown): void;
  /** The next message; undefined when the socket has closed. */
  next(): Promise<Json>;
  closed: Promise<CloseEvent>;
}

export async function openSocket(url: string): Promise<TestSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
  const messages: Json[] = [];
  let wake = () => {};
  const closed = new Promise<CloseEvent>((resolve) => {
    socket.onclose = (event) => {
      resolve(event);
      wake();
    };
  });
  socket.onmessage = ({ data }) => {
    messages.push(...[JSON.parse(data)].flat());
    wake();
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  socket.onerror = () => {};
  return {
    closed,
    send: (message) =>
      socket.send(
        typeof message === "string" || message instanceof Uint8Array
          ? message as string
          : JSON.stringify(message),
      ),
    async next() {
      while (messages.length === 0 && socket.readyState <= WebSocket.OPEN) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      return messages.shift();
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await closed;
    },
  };
}
