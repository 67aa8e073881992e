const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
/** Of this machine or of one LAN (RFC 1918, 3927). */
const LOCAL_IPV4 =
  /^(127|10|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$/;
const MULTIADDR = /^\/ip[46]\/([0-9a-f.:]+)/;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/** The host in a multiaddr, in `host:port` or in `[host]:port`; the text itself where it is a host. */
export function hostIn(address: string): string {
  const [, host] = MULTIADDR.exec(address) ?? [];
  if (host !== undefined) return plain(host);
  const [, bracketed] = /^\[(.*)\]:\d+$/.exec(address) ?? [];
  if (bracketed !== undefined) return plain(bracketed);
  return plain(address.replace(/^([^:]+):\d+$/, "$1"));
}

/**
 * The network that an address belongs to, e.g. `203.0` or `2001:db8`: a /16 of
 * IPv4, a /32 of IPv6. Addresses of one group are easily had by one owner.
 */
export function groupOf(host: string): string {
  if (IPV4.test(host)) return host.split(".", 2).join(".");
  return wordsOf(host).slice(0, 2).map((word) => word.toString(16)).join(":");
}

/** Whether an address is of this machine or of a private network (RFC 4193 and 4291 where it is IPv6). */
export function isLocalHost(host: string): boolean {
  if (IPV4.test(host)) return LOCAL_IPV4.test(host);
  const [first = 0] = wordsOf(host);
  return isLoopback(host) || (first & 0xfe00) === 0xfc00 ||
    (first & 0xffc0) === 0xfe80;
}

/** Whether an address leads to the machine itself. */
export function isLoopback(host: string): boolean {
  if (IPV4.test(host)) return host.startsWith("127.");
  return wordsOf(host).every((word, n) => word === (n === 7 ? 1 : 0));
}

/** One text for each host, however it is written; IPv4 where it is that in IPv6. */
export function canonical(host: string): string {
  const short = plain(host);
  if (IPV4.test(short)) return short;
  const words = wordsOf(short);
  const [high = 0, low = 0] = words.slice(6);
  const isMapped = words[5] === 0xffff &&
    words.slice(0, 5).every((word) => word === 0);
  return isMapped
    ? [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".")
    : words.map((word) => word.toString(16)).join(":");
}

/** Which hosts have no groups and no bounds by address: `network.local_groups` of the configuration. */
export function isExemptIn(
  { local_groups }: { local_groups: "exempt" | "counted" },
): (host: string) => boolean {
  return (host) => local_groups === "exempt" && isLocalHost(host);
}

/** The eight words of an IPv6 address; what is none gives other words. */
export function wordsOf(host: string): number[] {
  const [head = "", tail] = host.split("::", 2);
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  return [...front, ...Array(Math.max(0, zeros)).fill("0"), ...back]
    .map((word) => Number.parseInt(word, 16));
}

function plain(host: string): string {
  return MAPPED.exec(host)?.[1] ?? host;
}
