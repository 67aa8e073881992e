import { setImmediate } from "node:timers";
import type { Random, Timer } from "../types.ts";
import { EventHeap } from "./event_heap.ts";

const ORDERS = 2 ** 32;

/**
 * Virtual time for any number of nodes in one process. Nothing happens but by
 * its events; between two of them everything that was set off runs to its end.
 * What it drives must wait for nothing but promises and this scheduler.
 */
export class Scheduler {
  readonly #random: Random;
  readonly #events = new EventHeap();
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

  /** Events that are to come. */
  pending(): number {
    return this.#events.size;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const event = this.#events.push({
      atMs: this.#nowMs + Math.max(0, delayMs),
      order: this.#random.integer(ORDERS),
      callback,
    });
    return { cancel: () => this.#events.cancel(event) };
  }

  /** Runs the next event; false when there is none up to `untilMs`. */
  async step(untilMs = Infinity): Promise<boolean> {
    await settle();
    return await this.#next(untilMs);
  }

  /** Runs for `durationMs` of virtual time. */
  async run(durationMs: number): Promise<void> {
    const end = this.#nowMs + durationMs;
    await settle();
    while (await this.#next(end));
    this.#nowMs = end;
  }

  /** Runs until `condition` holds; false when nothing was left to do or `limitMs` passed first. */
  async runUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.#nowMs + limitMs;
    await settle();
    while (!condition()) if (!await this.#next(end)) return condition();
    return true;
  }

  /** Between two events once is enough: whatever goes on without an event has done so. */
  async #next(untilMs: number): Promise<boolean> {
    const event = this.#events.pop(untilMs);
    if (!event) return false;
    this.#nowMs = event.atMs;
    this.#steps++;
    event.callback();
    await settle();
    return true;
  }
}

/** Lets every promise that can go on do so. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
