/** The API of a node: JSON-RPC over HTTP and WebSocket, bulk submission, health checks, the page. */
export { ENVELOPE_BYTES_MAX, type GatewayLimits, LIMITS } from "./limits.ts";
export { type GatewayOptions, startGateway } from "./server.ts";
export {
  type GatewayPorts,
  startGatewayWorker,
  type WorkerGateway,
} from "./start_worker.ts";
export type * from "./types.ts";
