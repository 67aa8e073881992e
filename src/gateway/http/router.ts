import { ErrorCode, fault } from "../../errors/mod.ts";
import type { NodeView } from "../chain/node_view.ts";
import { type Source, sourceOf } from "../door/source.ts";
import { answer } from "../rpc/dispatch.ts";
import type { SocketRoute } from "../socket/route.ts";
import { type Assets, serveAsset } from "./assets.ts";
import { readBody } from "./body.ts";
import { live, ready } from "./health.ts";
import {
  allowOrigin,
  checkOrigin,
  type OriginPolicy,
  preflight,
} from "./origin.ts";
import { empty, failure, json } from "./reply.ts";
import { submit } from "./submit.ts";

export interface RouterOptions {
  view: NodeView;
  sockets: SocketRoute;
  assets: Assets;
  policy: OriginPolicy;
  readyAgeMsMax: number;
  /** Aborts when the gateway stops. */
  stopping: AbortSignal;
}

/** From a request to its answer. Never rejects. */
export class Router {
  readonly #options: RouterOptions;
  #inFlight = 0;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  async answer(request: Request, remote: Deno.Addr): Promise<Response> {
    const { policy, view } = this.#options;
    // Read first: an upgraded request has no headers any more.
    const origin = request.headers.get("origin");
    this.#inFlight++;
    try {
      if (this.#inFlight > view.limits.requestsMax) {
        throw fault(ErrorCode.RPC_BUSY, {
          requests_max: view.limits.requestsMax,
        });
      }
      return allowOrigin(origin, await this.#route(request, remote), policy);
    } catch (thrown) {
      return allowOrigin(origin, failure(thrown), policy);
    } finally {
      this.#inFlight--;
    }
  }

  async #route(request: Request, remote: Deno.Addr): Promise<Response> {
    const { view, sockets, assets, policy, readyAgeMsMax } = this.#options;
    const pathname = pathOf(request.url);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && pathname === "/livez") return live();
    if (isRead && pathname === "/readyz") {
      return await ready(view, readyAgeMsMax);
    }
    const asset = isRead && assets.get(pathname);
    if (asset) return serveAsset(asset, request);
    checkOrigin(request, policy);
    if (request.method === "OPTIONS") return preflight();
    const source = sourceOf(remote);
    if (isRead && pathname === "/ws") return sockets.upgrade(request, source);
    if (request.method === "POST" && pathname === "/") {
      return await this.#rpc(request, source);
    }
    if (request.method === "POST" && pathname === "/submit") {
      return await submit(view, request, source);
    }
    return notHere(pathname, isRead);
  }

  async #rpc(request: Request, source: Source): Promise<Response> {
    const { view } = this.#options;
    const body = await readBody(request, {
      bytesMax: view.limits.jsonBytesMax,
      timeoutMs: view.limits.bodyTimeoutMs,
      deadlines: view.deadlines,
    });
    const signal = this.#signal(request);
    const reply = await answer(view, utf8(body), { signal, source });
    return reply === undefined ? empty(204) : json(reply);
  }

  #signal(request: Request): AbortSignal {
    return AbortSignal.any([request.signal, this.#options.stopping]);
  }
}

/** As `new URL` gives it for a request that no browser would send otherwise. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const query = url.indexOf("?", start);
  return query < 0 ? url.slice(start) : url.slice(start, query);
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw fault(ErrorCode.RPC_PARSE, "the body is not UTF-8");
  }
}

function notHere(path: string, isRead: boolean): Response {
  const known = ["/", "/submit", "/ws", "/livez", "/readyz"].includes(path);
  const error = known
    ? fault(
      ErrorCode.RPC_INVALID_REQUEST,
      `${path} takes ${isRead ? "POST" : "GET"}`,
    )
    : fault(ErrorCode.RPC_NOT_FOUND, { path: path.slice(0, 200) });
  return failure(error, known ? 405 : 404);
}
