import type { PeerInfo } from "../../network/mod.ts";
import type { End } from "../../platform/mod.ts";
import { CONFIG, type Life, type Member, PORTS } from "./member.ts";
import { SETTLED_MS } from "./traffic.ts";

export interface WatchParts {
  nowMs(): number;
  alive(): Member[];
  member(id: string): Member | undefined;
  /** Who was the last at a host. */
  memberAt(host: string): Member | undefined;
  /** Of connections that are made. */
  endsAt(host: string, port: number): readonly End[];
  /** Whether packets pass between two hosts. */
  passes(one: string, other: string): boolean;
  onViolation(text: string): void;
}

/** What is not as it should be may last so long, where nobody keeps the nodes apart. */
const MENDED_MS = 180_000;
/** Who is gone for longer is no peer any more. */
const GONE_MS = CONFIG.idle_timeout_ms + 15_000;
/** Pings are answered every second. */
const SILENT_MS = 60_000;
const PEERS_MIN = 2;
/** Handshake, authentication and refusal are over by then. */
const MADE_MS = 45_000;
const MOMENT_MS = 15_000;
/** Both sides may have dialled at once. */
const CONTROL_MAX = 2;

/** Looks at all members again and again, and tells what does not become right in time. */
export class Watch {
  readonly #parts: WatchParts;
  /** Since when something is wrong. */
  readonly #wrong = new Map<string, number>();
  /** What came over each data connection up to the last look. */
  #received = new Map<string, number>();

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  async look(): Promise<void> {
    const { nowMs, alive, onViolation } = this.#parts;
    const now = nowMs();
    const wrong = new Map<string, number>();
    const received = new Map<string, number>();
    for (const member of alive()) {
      const life = member.life!;
      const peers = await life.network.peerInfo();
      for (const { id, data } of peers) {
        if (data) {
          received.set(
            `${life.sinceMs} ${member.id} ${id}`,
            data.receivedBytes,
          );
        }
      }
      for (const { text, limitMs } of this.#wrongWith(member, life, peers)) {
        wrong.set(text, limitMs);
      }
      for (const { id, reason } of life.network.bans()) {
        onViolation(`${member.name} has banned ${this.#nameOf(id)}: ${reason}`);
      }
    }
    for (const text of this.#wrong.keys()) {
      if (!wrong.has(text)) this.#wrong.delete(text);
    }
    for (const [text, limitMs] of wrong) {
      const sinceMs = this.#wrong.get(text) ?? now;
      this.#wrong.set(text, sinceMs);
      if (now - sinceMs > limitMs) {
        onViolation(`${text}, for more than ${limitMs / 1_000} s`);
      }
    }
    this.#received = received;
  }

  *#wrongWith(
    member: Member,
    life: Life,
    peers: readonly PeerInfo[],
  ): Generator<Wrong> {
    const { nowMs, alive, passes } = this.#parts;
    const now = nowMs();
    const name = `${member.name} since ${life.sinceMs}`;
    const isSettled = (one: Life) => one.sinceMs + SETTLED_MS <= now;
    for (const { id, data } of peers) {
      const peer = this.#parts.member(id)?.life;
      const whom = this.#nameOf(id);
      if (!peer || !passes(life.host, peer.host)) {
        const text = `${name} counts ${whom}, who cannot be heard`;
        yield { text, limitMs: GONE_MS };
      } else if (data) {
        const before = this.#received.get(`${life.sinceMs} ${member.id} ${id}`);
        const text = `${name} hears nothing from ${whom} on the data plane`;
        if (before === data.receivedBytes) yield { text, limitMs: SILENT_MS };
      }
    }
    yield* this.#wrongConnections(name, life, peers);
    if (!isSettled(life)) return;
    const near = alive().filter((one) =>
      one !== member && isSettled(one.life!) &&
      passes(life.host, one.life!.host)
    );
    const wrong = (text: string) => ({ text, limitMs: MENDED_MS });
    const connected = peers.filter(({ control }) => control).length;
    if (connected < Math.min(PEERS_MIN, near.length)) {
      yield wrong(`${name} is lonely`);
    }
    if (!member.isValidator) return;
    for (const other of near) {
      if (!other.isValidator) continue;
      const peer = peers.find(({ id }) => id === other.id);
      const where = `${name} to ${other.name} since ${other.life!.sinceMs}`;
      if (!peer?.control) yield wrong(`${where}: no control connection`);
      if (!peer?.data) yield wrong(`${where}: no data connection`);
    }
  }

  /** Connections that nobody knows of, and such as are only thought to be there. */
  *#wrongConnections(
    name: string,
    { host }: Life,
    peers: readonly PeerInfo[],
  ): Generator<Wrong> {
    const knownOf = new Map(
      peers.map(({ id, data }) => [id, data?.connections ?? 0]),
    );
    const data = this.#heldBy(host, PORTS.data);
    for (const id of new Set([...data.keys(), ...knownOf.keys()])) {
      const { all, made } = data.get(id) ?? { all: 0, made: 0 };
      const known = knownOf.get(id) ?? 0;
      const where = `data connections with ${this.#nameOf(id)}`;
      const unknown = `${name} holds more ${where} than it knows of`;
      if (made > known) yield { text: unknown, limitMs: MOMENT_MS };
      const lost = `${name} knows of more ${where} than there are`;
      if (known > all) yield { text: lost, limitMs: MOMENT_MS };
    }
    for (const [id, { made }] of this.#heldBy(host, PORTS.control)) {
      const text = `${name} has many control connections with ${
        this.#nameOf(id)
      }`;
      if (made > CONTROL_MAX) yield { text, limitMs: MOMENT_MS };
    }
  }

  /** How many connections a port has with each other node, and how many of them for long. */
  #heldBy(host: string, port: number) {
    const { nowMs, memberAt, endsAt } = this.#parts;
    const held = new Map<string, { all: number; made: number }>();
    for (const { remote, sinceMs } of endsAt(host, port)) {
      const id = memberAt(remote.host)?.id ?? remote.host;
      const { all, made } = held.get(id) ?? { all: 0, made: 0 };
      const isMade = sinceMs + MADE_MS <= nowMs();
      held.set(id, { all: all + 1, made: made + Number(isMade) });
    }
    return held;
  }

  #nameOf(id: string): string {
    return this.#parts.member(id)?.name ?? id;
  }
}

/** What is wrong, and how long it may be. */
interface Wrong {
  text: string;
  limitMs: number;
}
