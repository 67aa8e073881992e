import type { Clock } from "../../platform/types.ts";
import type { Class } from "../channels.ts";
import { WINDOW } from "./arrivals.ts";
import { Flight, type Numbered } from "./flight.ts";
import { PathHealth } from "./health.ts";
import { route } from "./route.ts";

interface Path {
  health: PathHealth;
  /** What has arrived since some time, as long as there is always something on its way. */
  busy: { sinceMs: number; bytes: number } | undefined;
}

export interface PathSenderParts<F> {
  clock: Pick<Clock, "monotonic">;
  /** What may be on its way, by class; a single frame always may. */
  flightBytesMax: readonly number[];
  /** Hands a frame to a path. */
  transmit(path: string, sent: Numbered<F>): void;
}

/**
 * Sends frames to one peer over all its paths, each by those that suit its
 * class. What is on its way when a path is lost goes over another: as long as
 * one is left nothing is lost, and copies are told by their number.
 */
export class PathSender<F> {
  readonly #parts: PathSenderParts<F>;
  readonly #paths = new Map<string, Path>();
  readonly #flight = new Flight<F>();
  /** What was on its way when the last path was lost. */
  #stranded: Numbered<F>[] = [];
  #next = 0;

  constructor(parts: PathSenderParts<F>) {
    this.#parts = parts;
  }

  /** Names of the paths, those that are longest connected first. */
  paths(): string[] {
    return [...this.#paths.keys()];
  }

  add(path: string): void {
    this.#paths.set(path, { health: new PathHealth(), busy: undefined });
    for (const sent of this.#stranded.splice(0)) this.#transmit(sent);
  }

  /** The path is lost. */
  lose(path: string): void {
    if (!this.#paths.delete(path)) return;
    const stranded = this.#flight.lose(path);
    if (this.#paths.size === 0) this.#stranded.push(...stranded);
    else for (const sent of stranded) this.#transmit(sent);
  }

  measure(path: string, rttMs: number): void {
    this.#paths.get(path)?.health.measure(rttMs);
  }

  /** Whether a path answers late. */
  late(path: string, isLate: boolean): void {
    const known = this.#paths.get(path);
    if (known) known.health.isLate = isLate;
  }

  /** Whether it was sent. Else there is no path, or too much on its way: it waits. */
  send(of: Class, frame: F, bytes: number): boolean {
    const before = this.#flight.bytesOf(of);
    const isFull = before > 0 &&
      before + bytes > this.#parts.flightBytesMax[of]!;
    const oldest = this.#flight.oldest ?? this.#next;
    if (this.#paths.size === 0 || isFull || this.#next - oldest >= WINDOW) {
      return false;
    }
    this.#transmit({ number: this.#next++, of, frame, bytes });
    return true;
  }

  /** The other side has read so many more frames of a path's stream. */
  acknowledge(path: string, of: Class, count: number): void {
    const known = this.#paths.get(path);
    const bytes = this.#flight.acknowledge(path, of, count);
    if (!known?.busy) return;
    const now = this.#parts.clock.monotonic();
    known.busy.bytes += bytes;
    const overMs = now - known.busy.sinceMs;
    const onTheWay = this.#flight.bytesOn(path);
    if (overMs >= known.health.rttMs) {
      known.health.deliver(known.busy.bytes, overMs, onTheWay);
      known.busy = { sinceMs: now, bytes: 0 };
    }
    if (onTheWay === 0) known.busy = undefined;
  }

  #transmit(sent: Numbered<F>): void {
    const states = [...this.#paths].map(([name, { health }]) => ({
      name,
      health,
      bytesOnTheWay: this.#flight.bytesOn(name),
    }));
    for (const path of route(sent.of, sent.bytes, states)) {
      this.#flight.put(sent, path);
      this.#paths.get(path)!.busy ??= {
        sinceMs: this.#parts.clock.monotonic(),
        bytes: 0,
      };
      this.#parts.transmit(path, sent);
    }
  }
}
