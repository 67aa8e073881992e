import type { Clock, Log } from "../platform/types.ts";
import { ErrorCode, fault, RustoriumError } from "../errors/mod.ts";
import { ChainCache } from "./chain/cache.ts";
import { Deadlines } from "./chain/deadlines.ts";
import { createFaucet } from "./chain/faucet.ts";
import { chainFacts } from "./chain/genesis.ts";
import { Heads } from "./chain/heads.ts";
import { fewLargeReads } from "./chain/large_reads.ts";
import type { FormatCore, NodeView } from "./chain/node_view.ts";
import { ChainReader } from "./chain/reader.ts";
import { SignatureWatch } from "./chain/signatures.ts";
import { NetworkTotals } from "./chain/totals.ts";
import { Waits } from "./chain/waits.ts";
import { Door } from "./door/door.ts";
import { watchBacklog } from "./door/watch.ts";
import { loadAssets } from "./http/assets.ts";
import { failure } from "./http/reply.ts";
import { Router } from "./http/router.ts";
import { LIMITS } from "./limits.ts";
import { SocketRoute } from "./socket/route.ts";
import type { Gateway, GatewayBackend, GatewayConfig } from "./types.ts";

export interface GatewayOptions {
  config: GatewayConfig;
  backend: GatewayBackend;
  clock: Clock;
  log: Log;
  core: FormatCore;
}

const FAUCET_AMOUNT = 1_000_000_000n;
const READY_AGE_MS_MAX = 60_000;
/** How long a stop waits for clients that neither read nor close. */
const STOP_MS_MAX = 2_000;

/**
 * Listens for JSON-RPC 2.0 over HTTP and WebSocket, bulk submissions, health
 * checks and the page, in this thread.
 * @throws PORT_IN_USE
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, log } = options;
  const view = await createView(options);
  const sockets = new SocketRoute(view);
  const stopping = new AbortController();
  const router = new Router({
    view,
    sockets,
    assets: await loadAssets(),
    policy: {
      corsOrigins: config.corsOrigins ?? [],
      hosts: config.hosts ?? [],
      hostname: config.hostname,
    },
    readyAgeMsMax: config.readyAgeMsMax ?? READY_AGE_MS_MAX,
    stopping: stopping.signal,
  });
  const server = listen(
    config,
    (request, { remoteAddr }) => router.answer(request, remoteAddr),
  );
  const { hostname, port } = server.addr;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const url = `http://${host}:${port}`;
  log.info("the gateway listens", { url });
  return {
    url,
    port,
    async stop() {
      stopping.abort(fault(ErrorCode.SHUTTING_DOWN));
      view.deadlines.close(fault(ErrorCode.SHUTTING_DOWN));
      sockets.close();
      view.signatures.stop();
      await endInTime(server, options.clock);
    },
  };
}

async function createView(options: GatewayOptions): Promise<NodeView> {
  const { config, clock, log, core } = options;
  const limits = { ...LIMITS, ...config.limits };
  const { store } = options.backend;
  const few = () => fewLargeReads(store, limits);
  const backend = { ...options.backend, store: few() };
  const cache = new ChainCache(limits.cacheBytesMax);
  const reader = new ChainReader(backend.store, cache);
  const heads = await Heads.follow({ ...backend, reader });
  const { executor } = backend;
  const door = new Door({ executor, clock, log, limits });
  watchBacklog({ backlog: door.backlog, heads, executor, clock, log });
  const { faucetSeed, faucetAmount = FAUCET_AMOUNT } = config;
  return {
    backend,
    facts: chainFacts(config),
    version: config.version,
    clock,
    log,
    limits,
    core,
    heads,
    door,
    deadlines: new Deadlines(clock),
    reader,
    eventReader: new ChainReader(few(), cache),
    signatures: new SignatureWatch(options),
    // One result at a time, for all that wait.
    waits: new Waits(new ChainReader(store, cache), heads, limits.waitsMax),
    totals: new NetworkTotals(backend.chain, clock),
    faucet: faucetSeed && createFaucet({
      seed: faucetSeed,
      amount: faucetAmount,
      amountMax: config.faucetAmountMax ?? faucetAmount * 100n,
    }),
  };
}

function listen(
  { hostname, port }: GatewayConfig,
  handler: (
    request: Request,
    info: Deno.ServeHandlerInfo,
  ) => Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({
      hostname,
      port,
      handler,
      onError: (thrown) => failure(thrown),
      // The node's own ready line tells where it listens.
      onListen: () => {},
    });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AddrInUse)) throw cause;
    throw new RustoriumError(ErrorCode.PORT_IN_USE, {
      detail: { hostname, port },
      cause,
    });
  }
}

async function endInTime(server: Deno.HttpServer, clock: Clock): Promise<void> {
  const ended = new AbortController();
  const late = clock.sleep(STOP_MS_MAX, ended.signal).catch(() => {});
  await Promise.race([server.shutdown(), late]);
  ended.abort();
}
