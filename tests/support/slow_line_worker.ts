/** The thread of a slow line: takes UDP datagrams, and passes them on later. */
import { watchLag } from "./lag.ts";
import { SeededRandom } from "./random.ts";

export type Order =
  | {
    kind: "open";
    to: number;
    host: string;
    from: number;
    delayMs: number;
    loss: number;
    seed: number;
    bytesPerSecond: number;
  }
  | { kind: "cut"; isCut: boolean }
  | { kind: "record"; count: number }
  | { kind: "replay" }
  | { kind: "lag" };

/** What an order gives: a port, a count, milliseconds, or nothing of interest. */
export interface Answer {
  number: number;
}

declare const self: {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage(answer: Answer): void;
};

const TO_HOST = "127.0.0.1";
const SENDERS_MAX = 16;
const BYTES_MAX = 64 << 20;
const DATAGRAM_BYTES_MAX = 65_536;
const PARTS = 1_000_000;

interface Due {
  atMs: number;
  bytes: number;
  send(): void;
}

const socket = (hostname: string, port = 0) =>
  Deno.listenDatagram({ transport: "udp", hostname, port });
const portOf = ({ addr }: Deno.DatagramConn) => (addr as Deno.NetAddr).port;

/** None overtakes another. */
class Line {
  readonly #options: Order & { kind: "open" };
  readonly #random: SeededRandom;
  /** What it leads to. */
  readonly #far: Deno.NetAddr;
  readonly #front: Deno.DatagramConn;
  /** By the address of the sender. */
  readonly #backs = new Map<string, Deno.DatagramConn>();
  /** In the order of their times; each direction has its own end of what is being sent. */
  #queue: Due[] = [];
  readonly #freeMs = { there: 0, back: 0 };
  #queuedBytes = 0;
  #isTimed = false;
  isCut = false;
  #recorded: Uint8Array[] = [];
  #toRecord = 0;

  constructor(options: Order & { kind: "open" }) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    const { to: port } = options;
    this.#far = { transport: "udp", hostname: TO_HOST, port };
    this.#front = socket(options.host, options.from);
    this.#read(this.#front, (datagram, sender) => {
      if (this.#toRecord > 0) {
        this.#toRecord--;
        this.#recorded.push(datagram);
      }
      const back = this.#back(sender);
      if (back) this.#carry(back, datagram, this.#far);
    });
  }

  get port(): number {
    return portOf(this.#front);
  }

  record(count: number): void {
    this.#recorded = [];
    this.#toRecord = count;
  }

  replay(): number {
    const other = socket(this.#options.host);
    for (const datagram of this.#recorded) {
      send(other, datagram, this.#far);
    }
    return this.#recorded.length;
  }

  /** The socket that stands for one sender at the far end. */
  #back(sender: Deno.NetAddr): Deno.DatagramConn | undefined {
    const key = `${sender.hostname}:${sender.port}`;
    const known = this.#backs.get(key);
    if (known || this.#backs.size >= SENDERS_MAX) return known;
    const back = socket(this.#options.host);
    this.#backs.set(key, back);
    this.#read(back, (datagram) => this.#carry(this.#front, datagram, sender));
    return back;
  }

  async #read(
    from: Deno.DatagramConn,
    take: (datagram: Uint8Array, sender: Deno.NetAddr) => void,
  ): Promise<void> {
    const buffer = new Uint8Array(DATAGRAM_BYTES_MAX);
    while (true) {
      const [datagram, addr] = await from.receive(buffer);
      take(datagram.slice(), addr as Deno.NetAddr);
    }
  }

  #carry(
    from: Deno.DatagramConn,
    datagram: Uint8Array,
    to: Deno.NetAddr,
  ): void {
    const { delayMs, loss, bytesPerSecond } = this.#options;
    const isLost = this.#random.integer(PARTS) < loss * PARTS;
    const bytes = datagram.length;
    if (isLost || this.isCut || this.#queuedBytes + bytes > BYTES_MAX) return;
    const way = from === this.#front ? "back" : "there";
    const now = performance.now();
    const startMs = Math.max(now, this.#freeMs[way]);
    if (startMs - now > 2 * delayMs) return;
    this.#freeMs[way] = startMs + 1_000 * bytes / bytesPerSecond;
    this.#queuedBytes += bytes;
    this.#push({
      atMs: this.#freeMs[way] + delayMs,
      bytes,
      send: () => send(from, datagram, to),
    });
    this.#time();
  }

  #push(due: Due): void {
    const after = this.#queue.findLastIndex(({ atMs }) => atMs <= due.atMs);
    this.#queue.splice(after + 1, 0, due);
  }

  #time(): void {
    const [first] = this.#queue;
    if (this.#isTimed || !first) return;
    this.#isTimed = true;
    setTimeout(() => {
      this.#isTimed = false;
      const now = performance.now();
      const later = this.#queue.findIndex(({ atMs }) => atMs > now);
      const due = this.#queue.splice(0, later < 0 ? Infinity : later);
      for (const one of due) {
        this.#queuedBytes -= one.bytes;
        one.send();
      }
      this.#time();
    }, Math.max(0, first.atMs - performance.now()));
  }
}

/** What the system has no room for is lost, as on any line. */
function send(
  from: Deno.DatagramConn,
  datagram: Uint8Array,
  to: Deno.NetAddr,
): void {
  from.send(datagram, to).catch(() => undefined);
}

let line: Line | undefined;
let lagMs = watchLag();

self.onmessage = ({ data }) => {
  let number = 0;
  if (data.kind === "open") {
    line = new Line(data);
    number = line.port;
  } else if (data.kind === "cut") line!.isCut = data.isCut;
  else if (data.kind === "record") line!.record(data.count);
  else if (data.kind === "replay") number = line!.replay();
  else {
    number = lagMs();
    lagMs = watchLag();
  }
  self.postMessage({ number });
};
