/** Other nodes: libp2p finds and identifies them, native QUIC carries what matters. */
export { peerIdOf } from "./identity.ts";
export { LIMITS as NETWORK_LIMITS } from "./limits.ts";
export { openNetwork } from "./open.ts";
export { virtualCarriers } from "./virtual/carriers.ts";
export {
  issueNodeCertificate,
  readNodeCertificate,
} from "./peers/node_certificate.ts";
export type {
  NetworkMetrics,
  NetworkOptions,
  NodeNetwork,
  PeerInfo,
  PeerMetrics,
  PlaneInfo,
} from "./types.ts";
