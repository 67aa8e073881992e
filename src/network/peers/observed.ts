import { ErrorCode, isFault } from "../../errors/mod.ts";
import type { Finding, Network } from "../../platform/types.ts";
import type { NetworkReport, PeerInfo, PeerLinks } from "../types.ts";
import type { Ban } from "./bans.ts";
import type { PeerManager } from "./manager.ts";

interface Router extends Network {
  peerInfo(): Promise<PeerLinks[]>;
  report(): Promise<NetworkReport<PeerLinks>>;
}

/** What a router has besides when its peers are looked after. */
export interface Observed {
  rate(peer: string, finding: Finding): void;
  request: Network["request"];
  peerInfo(): Promise<PeerInfo[]>;
  report(): Promise<NetworkReport<PeerInfo>>;
  bans(): Ban[];
}

/** Lets the manager see what becomes of questions, how far peers are, and what the node makes of them. */
export function observed<R extends Router>(
  router: R,
  manager: PeerManager,
): Omit<R, keyof Observed> & Observed {
  const request = router.request.bind(router);
  const peerInfo = router.peerInfo.bind(router);
  const report = router.report.bind(router);
  const thoughtOf = (one: PeerLinks): PeerInfo => {
    if (one.data?.rttMs !== undefined) manager.measure(one.id, one.data.rttMs);
    const address = (one.control ?? one.data)?.address ?? "";
    return { ...one, ...manager.standing({ id: one.id, address }) };
  };
  return Object.assign(router, {
    rate(peer: string, finding: Finding) {
      if (finding === "validator") manager.prove(peer);
      else manager.note(peer, finding);
    },
    async request(...asked: Parameters<Network["request"]>) {
      const [peer] = asked;
      try {
        const answer = await request(...asked);
        manager.note(peer, "answered");
        return answer;
      } catch (thrown) {
        const isLate = isFault(thrown, ErrorCode.PEER_TIMEOUT);
        if (isLate) manager.note(peer, "late");
        throw thrown;
      }
    },
    peerInfo: async () => (await peerInfo()).map(thoughtOf),
    async report() {
      const { metrics, peers } = await report();
      return { metrics, peers: peers.map(thoughtOf) };
    },
    bans: () => manager.bans(),
  });
}
