import { ErrorCode, isFault } from "../../errors/mod.ts";
import type { Clock, Log, Random, Timer } from "../../platform/mod.ts";
import { Backoff } from "../backoff.ts";
import { LIMITS } from "../limits.ts";
import { canonical, isLoopback } from "../peers/groups.ts";
import type { KnownRecord } from "../record.ts";

export interface WaysParts {
  clock: Clock;
  random: Random;
  log: Log;
  /** Whether this side of the two dials first, so that there is seldom more than one connection between two hosts. */
  isFirst: boolean;
  /** Whether any connection is there. */
  isConnected(): boolean;
  /** Whether there is none to this host, and room for one. */
  isWanted(host: string): boolean;
  /** Resolves when there is a connection. */
  dial(record: KnownRecord, host: string): Promise<void>;
}

interface Way {
  host: string;
  /** Leads to the machine itself, where others lead farther: dialled only while nothing is connected. */
  isLastResort: boolean;
  backoff: Backoff;
  timer: Timer | undefined;
  isDialling: boolean;
}

/** The hosts of one peer: each is dialled until a connection leads there, and again when it is lost. */
export class Ways {
  readonly #parts: WaysParts;
  #record: KnownRecord;
  #ways: readonly Way[] = [];
  /** Before that none of the record's is dialled, on the monotonic clock. */
  #notBeforeMs = -Infinity;
  #closed = false;

  constructor(record: KnownRecord, parts: WaysParts) {
    this.#parts = parts;
    this.#record = record;
    this.use(record);
  }

  /** How the peer is reached from now on; however often that changes, it is dialled after a pause. */
  use(record: KnownRecord): void {
    this.#cancel();
    const now = this.#parts.clock.monotonic();
    if (now >= this.#notBeforeMs) {
      const next = this.#notBeforeMs + LIMITS.dialEveryMs;
      this.#notBeforeMs = Math.max(now, next);
    }
    this.#record = record;
    this.#ways = this.#waysIn(record);
    this.#startAll(() => this.#parts.isFirst ? 0 : LIMITS.yieldMs);
  }

  /** The connection to a host is lost; it may be none of the record's. */
  lost(host: string, hasLasted: boolean): void {
    const way = this.#ways.find((one) => one.host === host);
    if (hasLasted) way?.backoff.reset();
    if (!this.#parts.isConnected()) {
      return this.#startAll((one) => this.#afterMs(one));
    }
    for (const one of this.#ways) {
      if (!one.timer) this.#start(one, this.#afterMs(one));
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #waysIn({ hosts }: KnownRecord): Way[] {
    const known = [...new Set(hosts.map(canonical))];
    const near = known.filter(isLoopback);
    const far = known.filter((host) => !isLoopback(host));
    return [...far.slice(0, LIMITS.hostsDialledMax), ...near]
      .slice(0, LIMITS.hostsDialledMax + (far.length > 0 ? 1 : 0))
      .map((host) => ({
        host,
        isLastResort: far.length > 0 && isLoopback(host),
        backoff: new Backoff(this.#parts.random),
        timer: undefined,
        isDialling: false,
      }));
  }

  /** One after the other: mostly the first leads to the peer, and the others are further ones. */
  #startAll(afterMs: (way: Way) => number): void {
    const restMs = this.#notBeforeMs - this.#parts.clock.monotonic();
    for (const [place, way] of this.#ways.entries()) {
      const firstMs = Math.max(restMs, afterMs(way));
      this.#start(way, firstMs + place * LIMITS.hostAfterMs);
    }
  }

  #start(way: Way, afterMs: number): void {
    way.timer?.cancel();
    if (this.#closed || way.isDialling) return;
    way.timer = this.#parts.clock.schedule(afterMs, () => this.#dial(way));
  }

  #afterMs({ backoff }: Way): number {
    const { isFirst, isConnected } = this.#parts;
    if (!isFirst) return LIMITS.yieldMs;
    return backoff.next(isConnected() ? LIMITS.hostRedialMsMax : undefined);
  }

  async #dial(way: Way): Promise<void> {
    const { log, dial, isWanted, isConnected } = this.#parts;
    const record = this.#record;
    way.timer = undefined;
    const isNeeded = !way.isLastResort || !isConnected();
    if (!isNeeded || !isWanted(way.host)) return;
    way.isDialling = true;
    const dialling = dial(record, way.host).finally(() => {
      way.isDialling = false;
    });
    try {
      await dialling;
    } catch (error) {
      // By a later record it is being dialled already.
      if (this.#record !== record) return;
      const isOther = isFault(error, ErrorCode.PEER_OTHER_CHAIN);
      if (isOther) way.backoff.exhaust();
      log.debug("data plane not reached", {
        ...{ peer: record.id, host: way.host, error },
      });
      const msMax = isConnected() ? LIMITS.hostRedialMsMax : undefined;
      this.#start(way, way.backoff.next(msMax));
    }
  }

  #cancel(): void {
    for (const { timer } of this.#ways) timer?.cancel();
  }
}
