import type { Class } from "../channels.ts";
import type { PathHealth } from "./health.ts";

/** A path to a peer, as far as it matters for what it is to carry. */
export interface PathState {
  readonly name: string;
  readonly health: Pick<
    PathHealth,
    "isLate" | "isMeasured" | "rttMs" | "arrivalMs"
  >;
  /** Sent and not acknowledged. */
  readonly bytesOnTheWay: number;
}

/** So much goes over a path beside others until it was measured what it carries. */
const PROBE_BYTES = 128 * 1024;

/**
 * The paths that a frame takes: all where it is urgent, since it is small and
 * the fastest counts; the one with the shortest round trip where it is an
 * announcement; and the one by which it arrives first where it is bulk, which
 * stripes many over all paths. A late path carries only what is urgent, unless
 * all are late.
 */
export function route(
  of: Class,
  bytes: number,
  paths: readonly PathState[],
): string[] {
  if (of === 0) return paths.map(({ name }) => name);
  const good = paths.filter(({ health }) => !health.isLate);
  const usable = good.length > 0 ? good : paths;
  const probed = usable.filter(({ health, bytesOnTheWay }) =>
    health.isMeasured || bytesOnTheWay < PROBE_BYTES
  );
  const best = of === 2 && probed.length > 0
    ? least(
      probed,
      ({ health, bytesOnTheWay }) => health.arrivalMs(bytes, bytesOnTheWay),
    )
    : least(usable, ({ health }) => health.rttMs);
  return best ? [best.name] : [];
}

function least(
  paths: readonly PathState[],
  cost: (path: PathState) => number,
): PathState | undefined {
  let best: { path: PathState; costs: number } | undefined;
  for (const path of paths) {
    const costs = cost(path);
    if (!best || costs < best.costs) best = { path, costs };
  }
  return best?.path;
}
