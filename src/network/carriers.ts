import { startLibp2p } from "./control/node.ts";
import { PLATFORM_QUIC, type Quic } from "./data/quic.ts";

/** What the two planes are carried by. */
export interface Carriers {
  /** Of the control plane. */
  startNode: typeof startLibp2p;
  /** Of the data plane. */
  quic: Quic;
}

/** libp2p, and the platform's QUIC. */
export const REAL_CARRIERS: Carriers = {
  startNode: startLibp2p,
  quic: PLATFORM_QUIC,
};
