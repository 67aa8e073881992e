import type { Clock } from "../../platform/types.ts";
import { type Class, CLASSES } from "../channels.ts";
import { WINDOW } from "./arrivals.ts";
import { Flight, type Numbered } from "./flight.ts";
import type { PathHealth } from "./health.ts";
import { route } from "./route.ts";

/** One way to a peer. */
export interface OutPath<F> {
  /** What is known of it; what it carries is measured here. */
  readonly health: PathHealth;
  /** Whether it takes a frame of this class now. */
  hasRoom(of: Class): boolean;
  /** Sends it, in the order in which it is called for the class. */
  put(of: Class, frame: F, number: number): void;
}

/** What of bulk has arrived since some time, as long as there is always something on its way. */
interface Busy {
  sinceMs: number;
  bytes: number;
}

export interface PathSenderParts {
  clock: Pick<Clock, "monotonic">;
  /** What may be on its way, by class; a single frame always may. */
  flightBytesMax: readonly number[];
}

/**
 * Sends frames to one peer over all its paths, each by those that suit its
 * class. What is on its way when a path is lost goes over another: as long as
 * one is left nothing is lost, and copies are told by their number, which counts
 * the frames of a class over all paths.
 */
export class PathSender<P extends OutPath<F>, F> {
  readonly #parts: PathSenderParts;
  readonly #paths = new Map<P, { busy: Busy | undefined }>();
  readonly #lanes = CLASSES.map(() => ({
    flight: new Flight<P, F>(),
    next: 0,
  }));

  constructor(parts: PathSenderParts) {
    this.#parts = parts;
  }

  add(path: P): void {
    this.#paths.set(path, { busy: undefined });
  }

  /** The path is lost. With the last one all is lost that is not known to have arrived. */
  lose(path: P): void {
    if (!this.#paths.delete(path)) return;
    for (const of of CLASSES) {
      const { flight } = this.#lanes[of]!;
      const stranded = flight.lose(path);
      if (this.#paths.size === 0) flight.clear();
      for (const sent of stranded) this.#again(of, sent);
    }
  }

  /** A path answers late: what is on it and on no other goes over a better one as well. */
  late(path: P): void {
    if ([...this.#paths.keys()].every(({ health }) => health.isLate)) return;
    for (const of of CLASSES) {
      for (const sent of this.#lanes[of]!.flight.only(path)) {
        this.#again(of, sent);
      }
    }
  }

  /** Whether it was sent. Else there is no path with room, or too much on its way: it waits. */
  send(of: Class, frame: F, bytes: number): boolean {
    const lane = this.#lanes[of]!;
    const { oldest = lane.next, bytes: before } = lane.flight;
    const isFull = before > 0 &&
      before + bytes > this.#parts.flightBytesMax[of]!;
    if (isFull || lane.next - oldest >= WINDOW) return false;
    const paths = this.#route(of, bytes);
    if (paths.length === 0) return false;
    this.#transmit(of, { number: lane.next++, frame, bytes }, paths);
    return true;
  }

  /** The other side has taken so many more frames of a path. */
  acknowledge(path: P, of: Class, count: number): void {
    const { flight } = this.#lanes[of]!;
    const bytes = flight.acknowledge(path, count);
    const known = this.#paths.get(path);
    if (of !== 2 || !known?.busy) return;
    const now = this.#parts.clock.monotonic();
    known.busy.bytes += bytes;
    const overMs = now - known.busy.sinceMs;
    const onTheWay = flight.bytesOn(path);
    if (overMs >= path.health.rttMs) {
      path.health.deliver(known.busy.bytes, overMs, onTheWay);
      known.busy = { sinceMs: now, bytes: 0 };
    }
    if (onTheWay === 0) known.busy = undefined;
  }

  #route(of: Class, bytes: number): P[] {
    if (this.#paths.size === 1) {
      return [...this.#paths.keys()].filter((only) => only.hasRoom(of));
    }
    return route(of, bytes, this.#states(of, (path) => path.hasRoom(of)));
  }

  /** Once more, whether there is room or not: it was counted before. */
  #again(of: Class, sent: Numbered<F>): void {
    const { flight } = this.#lanes[of]!;
    const states = this.#states(of, () => true)
      .filter(({ path }) => !flight.isOn(path, sent.number));
    this.#transmit(of, sent, route(of, sent.bytes, states));
  }

  #states(of: Class, hasRoom: (path: P) => boolean) {
    const { flight } = this.#lanes[of]!;
    return [...this.#paths.keys()].map((path) => ({
      ...{ path, health: path.health, hasRoom: hasRoom(path) },
      bytesOnTheWay: flight.bytesOn(path),
    }));
  }

  #transmit(of: Class, sent: Numbered<F>, paths: readonly P[]): void {
    const { flight } = this.#lanes[of]!;
    for (const path of paths) {
      flight.put(sent, path);
      if (of === 2) {
        this.#paths.get(path)!.busy ??= {
          sinceMs: this.#parts.clock.monotonic(),
          bytes: 0,
        };
      }
      path.put(of, sent.frame, sent.number);
    }
  }
}
