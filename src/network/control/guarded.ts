import type { Clock, Log } from "../../platform/types.ts";
import type { NetworkConfig } from "../data/types.ts";
import { Drops } from "../guard/drops.ts";
import { Guard } from "../guard/guard.ts";
import { PeerLimits } from "../guard/peer_limits.ts";
import { isExemptIn } from "../peers/groups.ts";
import type { Deed } from "../peers/scores.ts";

/** The bounds of the control plane. */
export interface Guarded {
  guard: Guard;
  limits: PeerLimits;
  drops: Drops;
  /** Ids of those who are banned, or had to make room. */
  barred: ReadonlySet<string>;
  /** Whoever keeps the scores, once there is one. */
  onDeed(id: string, deed: Deed): void;
}

/** As configured; nobody is barred and nobody keeps the scores yet. */
export function guardControl(
  { clock, log, config }: { clock: Clock; log: Log; config: NetworkConfig },
): Guarded {
  const { limits } = config;
  const drops = new Drops();
  const isExempt = isExemptIn(config);
  const guarded: Guarded = {
    drops,
    guard: new Guard({ clock, log, limits, drops, isExempt }),
    limits: new PeerLimits({
      ...{ clock, limits, drops },
      onDeed: (id, deed) => guarded.onDeed(id, deed),
    }),
    barred: new Set(),
    onDeed: () => {},
  };
  return guarded;
}
