import { setImmediate } from "node:timers";
import type { Random, Timer } from "../types.ts";

interface Event {
  atMs: number;
  /** Decides between events of the same moment, so that a seed explores their orders. */
  order: number;
  callback: () => void;
}

const ORDERS = 2 ** 32;

/**
 * Virtual time for any number of nodes in one process. Nothing happens but by
 * its events; between two of them everything that was set off runs to its end.
 * What it drives must wait for nothing but promises and this scheduler.
 */
export class Scheduler {
  readonly #random: Random;
  readonly #events = new Set<Event>();
  #nowMs = 0;
  #steps = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Milliseconds of virtual time since the start. */
  now(): number {
    return this.#nowMs;
  }

  /** Events run so far. */
  steps(): number {
    return this.#steps;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const event = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      order: this.#random.integer(ORDERS),
      callback,
    };
    this.#events.add(event);
    return { cancel: () => void this.#events.delete(event) };
  }

  /** Runs the next event; false when there is none up to `untilMs`. */
  async step(untilMs = Infinity): Promise<boolean> {
    await settle();
    const event = this.#next();
    if (!event || event.atMs > untilMs) return false;
    this.#events.delete(event);
    this.#nowMs = event.atMs;
    this.#steps++;
    event.callback();
    await settle();
    return true;
  }

  /** Runs for `durationMs` of virtual time. */
  async run(durationMs: number): Promise<void> {
    const end = this.#nowMs + durationMs;
    while (await this.step(end));
    this.#nowMs = end;
  }

  /** Runs until `condition` holds; false when nothing was left to do or `limitMs` passed first. */
  async runUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.#nowMs + limitMs;
    await settle();
    while (!condition()) if (!await this.step(end)) return condition();
    return true;
  }

  #next(): Event | undefined {
    let first: Event | undefined;
    for (const event of this.#events) {
      if (!first || before(event, first)) first = event;
    }
    return first;
  }
}

function before(a: Event, b: Event): boolean {
  return a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs;
}

/** Lets every promise that can go on do so. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
