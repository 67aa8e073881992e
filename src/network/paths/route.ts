import type { Class } from "../channels.ts";
import { LIMITS } from "../limits.ts";
import type { PathHealth } from "./health.ts";

/** A path to a peer, as far as it matters for what it is to carry. */
export interface PathState<P> {
  readonly path: P;
  readonly health: Pick<
    PathHealth,
    "isLate" | "isMeasured" | "rttMs" | "arrivalMs"
  >;
  /** Sent and not acknowledged. */
  readonly bytesOnTheWay: number;
  /** Whether it takes something now. */
  readonly hasRoom: boolean;
}

/** So much goes over a path beside others until it was measured what it carries. */
const PROBE_BYTES = 128 * 1024;

/**
 * The paths that a frame takes: the nearest ones where it is urgent, since it is
 * small and the fastest counts; the one with the shortest round trip where it is
 * an announcement; and the one by which it arrives first where it is bulk, which
 * stripes many over all paths. A late path carries only what is urgent, unless
 * all are late. None: it is better to wait.
 */
export function route<P>(
  of: Class,
  bytes: number,
  paths: readonly PathState<P>[],
): P[] {
  if (of === 0) return nearest(paths.filter(({ hasRoom }) => hasRoom));
  const good = paths.filter(({ health }) => !health.isLate);
  const usable = good.length > 0 ? good : paths;
  const best = of === 1
    ? least(
      usable.filter(({ hasRoom }) => hasRoom),
      ({ health }) => health.rttMs,
    )
    : first(bytes, usable);
  return best?.hasRoom ? [best.path] : [];
}

function nearest<P>(paths: readonly PathState<P>[]): P[] {
  const near = paths.length <= LIMITS.urgentPathsMax
    ? paths
    : paths.toSorted((one, other) => one.health.rttMs - other.health.rttMs);
  return near.slice(0, LIMITS.urgentPathsMax).map(({ path }) => path);
}

/** By which it arrives first; the nearest where nothing more is known. One that is full may still be better than another that is slow. */
function first<P>(
  bytes: number,
  paths: readonly PathState<P>[],
): PathState<P> | undefined {
  const probed = paths.filter(({ health, bytesOnTheWay }) =>
    health.isMeasured || bytesOnTheWay < PROBE_BYTES
  );
  return probed.length > 0
    ? least(
      probed,
      ({ health, bytesOnTheWay }) => health.arrivalMs(bytes, bytesOnTheWay),
    )
    : least(paths, ({ health }) => health.rttMs);
}

/** The one that costs least. */
export function least<T>(
  all: readonly T[],
  cost: (one: T) => number,
): T | undefined {
  let best: { one: T; costs: number } | undefined;
  for (const one of all) {
    const costs = cost(one);
    if (!best || costs < best.costs) best = { one, costs };
  }
  return best?.one;
}
