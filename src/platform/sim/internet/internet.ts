import type { Random } from "../../types.ts";
import { chance, seededRandom } from "../random.ts";
import type { Scheduler } from "../scheduler.ts";
import { End, type Medium, type Terms } from "./end.ts";

export interface Address {
  host: string;
  port: number;
}

/** A UDP port of a host. */
export interface Socket {
  readonly address: Address;
  /** Begins a connection from here; it may be spoken over at once, and is made when `made` resolves. @throws once it is closed */
  connect(to: Address, terms: Terms, hello: unknown): Dialled;
  /** Ends what began here with these words; nobody is heard any more. */
  close(ending: { code: number; reason: string }): void;
}

export interface Dialled {
  end: End;
  /** What the other side answered; rejects where it did not in time. */
  made: Promise<unknown>;
}

/** A connection that somebody begins. */
export interface Arrival {
  hello: unknown;
  remote: Address;
  /** Takes it, with a word to the other side. `shaken` resolves when that has heard it. @throws once the socket is closed */
  accept(welcome: unknown): { end: End; shaken: Promise<void> };
}

export interface InternetOptions {
  /** The least and the most that a packet takes between two hosts, which are as far apart all the time. */
  latencyMs: readonly [number, number];
  /** What a packet may take longer. */
  jitterMs: number;
  /** Part of the packets that is lost and sent again. */
  loss: number;
}

const DEFAULTS: InternetOptions = {
  latencyMs: [2, 60],
  jitterMs: 5,
  loss: 0.005,
};
/** How much longer than its way a packet takes that is sent again. */
const RESENT = 3;
/** Made once: where an error is made it holds on to whoever made it. */
const CLOSED = new Error("the socket is closed");
const PORT_MIN = 10_000;
const PORTS = 50_000;

/** A socket from the inside. */
interface Bound {
  address: Address;
  ends: Set<End>;
  onArrival: (arrival: Arrival) => void;
}

/** Hosts in virtual time, with sockets and connections between them; what happens to each packet follows from the seed. */
export class Internet {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #options: InternetOptions;
  readonly #medium: Medium;
  readonly #sockets = new Map<string, Bound>();
  readonly #ends = new Set<End>();
  /** The side of each host in the present partition; undefined: there is none. */
  #sideOf: ((host: string) => number) | undefined;

  constructor(
    scheduler: Scheduler,
    random: Random,
    options: Partial<InternetOptions> = {},
  ) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#options = { ...DEFAULTS, ...options };
    this.#medium = {
      now: () => scheduler.now(),
      schedule: (delayMs, callback) => scheduler.schedule(delayMs, callback),
      distance: (from, to) => this.#distance(from, to),
      delay: (distanceMs) => this.#delay(distanceMs),
      integer: (bound) => random.integer(bound),
      passes: (from, to) => this.passes(from, to),
      onOver: (end) => this.#forget(end),
    };
  }

  /** Ends of connections that are there. */
  get ends(): readonly End[] {
    return [...this.#ends];
  }

  /** Ports that are taken. */
  get bound(): readonly Address[] {
    return [...this.#sockets.values()].map(({ address }) => address);
  }

  /** Whether packets pass between two hosts. */
  passes(from: string, to: string): boolean {
    return this.#sideOf === undefined ||
      this.#sideOf(from) === this.#sideOf(to);
  }

  /** Port 0 takes a free one; undefined where the port is taken. */
  bind(
    { host, port }: Address,
    onArrival: (arrival: Arrival) => void,
  ): Socket | undefined {
    const address = { host, port: port || this.#freePort(host) };
    const name = nameOf(address);
    if (this.#sockets.has(name)) return undefined;
    const socket: Bound = { address, ends: new Set(), onArrival };
    this.#sockets.set(name, socket);
    return {
      address,
      connect: (...dial) => {
        this.#check(socket);
        return this.#connect(address, ...dial);
      },
      close: (ending) => {
        // Another may have its port by now.
        if (this.#isBound(socket)) this.#sockets.delete(name);
        for (const end of socket.ends) end.close(ending);
      },
    };
  }

  /** Packets pass only between hosts of the same side. */
  partition(sideOf: (host: string) => number): void {
    this.#sideOf = sideOf;
    for (const end of this.#ends) end.look();
  }

  heal(): void {
    this.#sideOf = undefined;
    for (const end of this.#ends) end.look();
  }

  /** The process that has the sockets of a host is no more: nobody is told. */
  vanish(host: string): void {
    for (const [name, { address, ends }] of this.#sockets) {
      if (address.host !== host) continue;
      this.#sockets.delete(name);
      for (const end of ends) end.vanish();
    }
  }

  #connect(
    local: Address,
    remote: Address,
    terms: Terms,
    hello: unknown,
  ): Dialled {
    const end = new End(this.#medium, terms, { local, remote });
    const { promise: made, resolve, reject } = Promise.withResolvers<unknown>();
    made.catch(() => undefined);
    end.closed.then(
      ({ reason }) => reject(new Error(reason || "closed")),
      reject,
    );
    this.#add(local, end);
    const far = new End(this.#medium, terms, { local: remote, remote: local });
    end.join(far);
    far.join(end);
    end.send(() => {
      const socket = this.#sockets.get(nameOf(remote));
      // Nobody answers where nobody listens.
      if (!socket) return far.vanish();
      socket.onArrival({
        ...{ hello, remote: local },
        accept: (welcome) => {
          this.#check(socket);
          const shaken = Promise.withResolvers<void>();
          far.closed.then(() => shaken.resolve(), () => shaken.resolve());
          this.#add(remote, far);
          far.send(() => {
            end.confirm();
            resolve(welcome);
            end.send(() => {
              far.confirm();
              shaken.resolve();
            });
          });
          return { end: far, shaken: shaken.promise };
        },
      });
    });
    return { end, made };
  }

  #isBound(socket: Bound): boolean {
    return this.#sockets.get(nameOf(socket.address)) === socket;
  }

  #check(socket: Bound): void {
    if (!this.#isBound(socket)) throw CLOSED;
  }

  #add(at: Address, end: End): void {
    this.#ends.add(end);
    this.#sockets.get(nameOf(at))?.ends.add(end);
  }

  #forget(end: End): void {
    this.#ends.delete(end);
    this.#sockets.get(nameOf(end.local))?.ends.delete(end);
  }

  #distance(from: string, to: string): number {
    const [least, most] = this.#options.latencyMs;
    const pair = from < to ? `${from} ${to}` : `${to} ${from}`;
    return least + seededRandom(pair).integer(most - least + 1);
  }

  #delay(distanceMs: number): number {
    const { jitterMs, loss } = this.#options;
    const way = distanceMs + this.#random.integer(jitterMs + 1);
    return chance(this.#random, loss) ? RESENT * way : way;
  }

  #freePort(host: string): number {
    while (true) {
      const port = PORT_MIN + this.#random.integer(PORTS);
      if (!this.#sockets.has(nameOf({ host, port }))) return port;
    }
  }
}

function nameOf({ host, port }: Address): string {
  return `${host}:${port}`;
}
