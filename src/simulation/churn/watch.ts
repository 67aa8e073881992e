import type { PeerInfo } from "../../network/mod.ts";
import type { Life, Member } from "./member.ts";
import { CONFIG } from "./member.ts";
import { SETTLED_MS } from "./traffic.ts";

export interface WatchParts {
  nowMs(): number;
  alive(): Member[];
  member(id: string): Member | undefined;
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

/** Looks at all members again and again, and tells what does not become right in time. */
export class Watch {
  readonly #parts: WatchParts;
  /** Since when something is wrong. */
  readonly #wrong = new Map<string, number>();
  /** What came over each data connection up to the last look. */
  #received = new Map<string, number>();
  looks = 0;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** What is wrong at present. */
  get wrong(): string[] {
    return [...this.#wrong.keys()];
  }

  async look(): Promise<void> {
    const { nowMs, alive, onViolation } = this.#parts;
    const now = nowMs();
    const wrong = new Map<string, number>();
    const received = new Map<string, number>();
    this.looks++;
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
        onViolation(`${text}, for ${(now - sinceMs) / 1_000} s`);
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

  #nameOf(id: string): string {
    return this.#parts.member(id)?.name ?? id;
  }
}

/** What is wrong, and how long it may be. */
interface Wrong {
  text: string;
  limitMs: number;
}
