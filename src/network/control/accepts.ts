/** The addon's listening socket, as far as it is used here. */
export interface NativeServer {
  inboundConnection(): Promise<unknown>;
}

/** As many half-open handshakes it takes to keep out those that come besides, until they have idled too long. */
const CONCURRENT = 1_024;

/**
 * The addon's `inboundConnection` waits for one handshake after the other, so
 * that a single half-open one stops all others. This keeps many waiting at once.
 */
export function acceptMany(server: NativeServer): void {
  const one = server.inboundConnection.bind(server);
  const ready: unknown[] = [];
  const waiting: {
    resolve(connection: unknown): void;
    reject(reason: unknown): void;
  }[] = [];
  let closed: { reason: unknown } | undefined;
  const accept = async () => {
    while (!closed) {
      try {
        const connection = await one();
        const first = waiting.shift();
        if (first) first.resolve(connection);
        else ready.push(connection);
      } catch (reason) {
        // A failed handshake is that peer's affair.
        if (!String(reason).includes("server closed")) continue;
        closed = { reason };
        for (const { reject } of waiting.splice(0)) reject(reason);
      }
    }
  };
  for (let count = 0; count < CONCURRENT; count++) accept();
  server.inboundConnection = () => {
    if (ready.length > 0) return Promise.resolve(ready.shift());
    if (closed) return Promise.reject(closed.reason);
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
}
