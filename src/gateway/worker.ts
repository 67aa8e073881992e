/** The thread of the gateway: serves its control on the port that the start message brings. */
import {
  connect,
  nameThread,
  serve,
  stderrLog,
  systemClock,
} from "../platform/mod.ts";
import type { LogLevel } from "../platform/mod.ts";
import { createCore, loadCoreModule } from "../core/mod.ts";
import { startGateway } from "./server.ts";
import type { Gateway, GatewayBackend, GatewayConfig } from "./types.ts";

/** The one message that the worker takes. */
export interface GatewayStart {
  control: MessagePort;
  store: MessagePort;
  executor: MessagePort;
  chain: MessagePort;
  core?: WebAssembly.Module;
  log: { level: LogLevel; format: "json" | "human" };
}

/** What the worker serves on its control port. */
export interface GatewayControl {
  start(config: GatewayConfig): Promise<{ url: string; port: number }>;
  stop(): Promise<void>;
}

declare const self: {
  onmessage: ((event: MessageEvent<GatewayStart>) => void) | null;
  close(): void;
};

nameThread();
self.onmessage = ({ data }) => {
  self.onmessage = null;
  serve(data.control, control(data));
};

function control(ports: GatewayStart): GatewayControl {
  const clock = systemClock();
  const log = stderrLog({ clock, ...ports.log }).child({ part: "gateway" });
  let gateway: Gateway | undefined;
  return {
    async start(config) {
      gateway = await startGateway({
        config,
        clock,
        log,
        core: createCore(ports.core ?? await loadCoreModule()),
        backend: {
          store: connect<GatewayBackend["store"]>(ports.store),
          executor: connect<GatewayBackend["executor"]>(ports.executor),
          chain: connect<GatewayBackend["chain"]>(ports.chain),
        },
      });
      return { url: gateway.url, port: gateway.port };
    },
    async stop() {
      await gateway?.stop();
    },
  };
}
