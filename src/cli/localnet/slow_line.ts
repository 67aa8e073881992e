/** Clients that one line remembers; the oldest goes first. */
const CLIENTS_MAX = 1_024;
/** Datagrams under way; what comes beyond is lost, as on a full line. */
const UNDER_WAY_MAX = 65_536;

/** A UDP proxy on this machine that delivers every datagram later, in both directions. */
export class SlowLine {
  readonly #outer: Deno.DatagramConn;
  readonly #target: Deno.NetAddr;
  readonly #delayMs: number;
  readonly #clients = new Map<string, Deno.DatagramConn>();
  #underWay = 0;
  #closed = false;

  /** From `port` to `targetPort`, each datagram `delayMs` late. */
  constructor(port: number, targetPort: number, delayMs: number) {
    const hostname = "127.0.0.1";
    this.#outer = Deno.listenDatagram({ hostname, port, transport: "udp" });
    this.#target = { hostname, port: targetPort, transport: "udp" };
    this.#delayMs = delayMs;
    this.#forward(this.#outer, (bytes, from) => {
      const client = this.#clientOf(from as Deno.NetAddr);
      this.#later(() => client.send(bytes, this.#target));
    });
  }

  close(): void {
    this.#closed = true;
    for (const one of [this.#outer, ...this.#clients.values()]) one.close();
  }

  #clientOf(from: Deno.NetAddr): Deno.DatagramConn {
    const key = `${from.hostname}:${from.port}`;
    const known = this.#clients.get(key);
    if (known) return known;
    if (this.#clients.size >= CLIENTS_MAX) {
      const [oldest, socket] = this.#clients.entries().next().value!;
      this.#clients.delete(oldest);
      socket.close();
    }
    const socket = Deno.listenDatagram({
      ...{ hostname: "127.0.0.1", port: 0, transport: "udp" },
    });
    this.#clients.set(key, socket);
    this.#forward(socket, (bytes) => {
      this.#later(() => this.#outer.send(bytes, from));
    });
    return socket;
  }

  async #forward(
    socket: Deno.DatagramConn,
    take: (bytes: Uint8Array, from: Deno.Addr) => void,
  ): Promise<void> {
    try {
      for await (const [bytes, from] of socket) take(bytes.slice(), from);
    } catch (error) {
      // A client that went away, or the end of the line.
      if (!this.#closed && !(error instanceof Deno.errors.BadResource)) {
        throw error;
      }
    }
  }

  #later(send: () => Promise<unknown>): void {
    if (this.#underWay >= UNDER_WAY_MAX) return;
    this.#underWay++;
    setTimeout(() => {
      this.#underWay--;
      // Closed meanwhile, or refused by the other side: lost, as on any line.
      if (!this.#closed) send().catch(() => undefined);
    }, this.#delayMs);
  }
}
