import { ErrorCode, toRustoriumError } from "../errors/mod.ts";
import { connect, type LogLevel, startWorker } from "../platform/mod.ts";
import type { Gateway, GatewayConfig } from "./types.ts";
import type { GatewayControl, GatewayStart } from "./worker.ts";

/** Ends of ports on whose other ends the backend is served. They move to the worker. */
export interface GatewayPorts {
  /** Serves a `Store`. */
  store: MessagePort;
  /** Serves an `Executor`. */
  executor: MessagePort;
  /** Serves a `ChainView`. */
  chain: MessagePort;
}

/** A gateway in a worker of its own. */
export interface WorkerGateway extends Gateway {
  /** Rejects when the worker breaks down; never resolves. */
  readonly failed: Promise<never>;
}

/**
 * Starts the gateway in a worker, so that no API call delays a vote.
 * @throws what `startGateway` throws.
 */
export async function startGatewayWorker(
  ports: GatewayPorts,
  config: GatewayConfig,
  options: {
    log?: { level: LogLevel; format: "json" | "human" };
    /** Compiled already; left out, the worker loads it. */
    core?: WebAssembly.Module;
  } = {},
): Promise<WorkerGateway> {
  const url = new URL("./worker.ts", import.meta.url);
  const { worker, failed } = startWorker(url, {
    name: "gateway",
    code: ErrorCode.RPC_INTERNAL,
  });
  const { port1, port2 } = new MessageChannel();
  const start: GatewayStart = {
    ...ports,
    control: port2,
    core: options.core,
    log: options.log ?? { level: "info", format: "json" },
  };
  worker.postMessage(start, [port2, ...Object.values(ports)]);
  const control = connect<GatewayControl>(port1);
  try {
    const { url: listening, port } = await Promise.race([
      control.start(config),
      failed,
    ]);
    return {
      url: listening,
      port,
      failed,
      async stop() {
        await control.stop();
        control.close();
        worker.terminate();
      },
    };
  } catch (thrown) {
    worker.terminate();
    throw toRustoriumError(thrown, ErrorCode.RPC_INTERNAL);
  }
}
