import { ErrorCode, fault } from "../../errors/mod.ts";
import { empty } from "./reply.ts";

/** Which browser pages may call the node. Programs, which send no Origin, always may. */
export interface OriginPolicy {
  corsOrigins: readonly string[];
  hosts: readonly string[];
  /** What the gateway listens on. */
  hostname: string;
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const ANY_ADDRESS = ["0.0.0.0", "::", "[::]"];

/**
 * Keeps other sites' pages from using the node of the machine they are shown on.
 * @throws RPC_INVALID_REQUEST
 */
export function checkOrigin(request: Request, policy: OriginPolicy): void {
  const origin = request.headers.get("origin");
  if (origin === null || isCorsOrigin(origin, policy)) return;
  const own = new URL(request.url);
  if (hostOf(origin) === own.host && isOwnHost(own.hostname, policy)) return;
  throw fault(
    ErrorCode.RPC_INVALID_REQUEST,
    `the origin ${
      origin.slice(0, 200)
    } may not call this node; an operator allows it with cors_origins`,
  );
}

/** Lets pages of configured origins read the answer. */
export function allowOrigin(
  origin: string | null,
  response: Response,
  policy: OriginPolicy,
): Response {
  if (origin !== null && isCorsOrigin(origin, policy)) {
    response.headers.set("access-control-allow-origin", origin);
    response.headers.append("vary", "origin");
  }
  return response;
}

/** The answer to a browser that asks before it calls. */
export function preflight(): Response {
  return empty(204, {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "content-type",
    "access-control-max-age": "600",
  });
}

function isCorsOrigin(origin: string, { corsOrigins }: OriginPolicy): boolean {
  return corsOrigins.includes("*") || corsOrigins.includes(origin);
}

function isOwnHost(
  name: string,
  { hosts, hostname }: OriginPolicy,
): boolean {
  // A page of any site can make its name lead to this machine; only names that
  // are known to be the node's count as its own.
  return LOOPBACK.includes(name) || hosts.includes(name) || name === hostname ||
    (ANY_ADDRESS.includes(hostname) && /^[\d.]+$|^\[[\da-f:.]+\]$/.test(name));
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
