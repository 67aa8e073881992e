import { ErrorCode, RustoriumError } from "../../errors/mod.ts";
import type { Clock, Resolver } from "../../platform/types.ts";
import { withDeadline } from "../deadline.ts";
import { LIMITS } from "../limits.ts";

const NAMED = /^\/(dns|dns4|dns6|dnsaddr)\/([^/]+)(\/.*)?$/;
const PLAIN = /^\/ip[46]\/[0-9a-f.:]+\/udp\/\d{1,5}\/quic-v1(\/p2p\/[^/]+)?$/;
const TEXT_PREFIX = "dnsaddr=";

/**
 * The addresses that a multiaddr stands for: itself, or those behind its name.
 *
 * @throws PEER_UNREACHABLE
 */
export async function resolveAddress(
  address: string,
  resolver: Resolver,
  clock: Clock,
): Promise<string[]> {
  const [, kind, name, rest = ""] = NAMED.exec(address) ?? [];
  if (!kind || !name) return [address];
  const unresolved = (reason: string) =>
    new RustoriumError(ErrorCode.PEER_UNREACHABLE, {
      message:
        `The name ${name} of a peer could not be resolved (${reason}); correct [p2p] bootstrap in config.toml, or the name service.`,
    });
  const work = kind === "dnsaddr"
    ? textsOf(name, rest, resolver)
    : hostsOf(name, kind, rest, resolver);
  try {
    const found = await withDeadline(
      clock,
      LIMITS.resolveMsMax,
      work,
      () => unresolved(`no answer in ${LIMITS.resolveMsMax} ms`),
    );
    if (found.length === 0) throw unresolved("nothing that fits");
    return found.slice(0, LIMITS.resolvedMax);
  } catch (thrown) {
    if (thrown instanceof RustoriumError) throw thrown;
    throw unresolved(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

async function hostsOf(
  name: string,
  kind: string,
  rest: string,
  resolver: Resolver,
): Promise<string[]> {
  const family = kind === "dns4" ? 4 : kind === "dns6" ? 6 : 0;
  const hosts = await resolver.addresses(name, family);
  return hosts.map((host) => `/${host.includes(":") ? "ip6" : "ip4"}/${host}`)
    .map((host) => host + rest);
}

/** Each text names one address; what follows the name must be its end. */
async function textsOf(
  name: string,
  rest: string,
  resolver: Resolver,
): Promise<string[]> {
  const texts = await resolver.texts(`_dnsaddr.${name}`);
  return texts.filter((text) => text.startsWith(TEXT_PREFIX))
    .map((text) => text.slice(TEXT_PREFIX.length))
    .filter((text) => PLAIN.test(text) && text.endsWith(rest));
}
