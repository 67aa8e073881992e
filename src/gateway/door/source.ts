/** Where a submission comes from. */
export interface Source {
  /** The address; of IPv6 the /64, of which one customer has all. */
  address: string;
  /** One connection of that address. */
  connection: string;
}

const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS = 8;
const PREFIX_GROUPS = 4;

/** Of the other end of a connection, as the platform tells it. */
export function sourceOf(remote: Deno.Addr): Source {
  if (!("hostname" in remote)) {
    return { address: remote.transport, connection: remote.transport };
  }
  const address = addressOf(remote.hostname);
  return { address, connection: `${remote.hostname} ${remote.port}` };
}

function addressOf(hostname: string): string {
  const inIpv6 = IPV4_IN_IPV6.exec(hostname)?.[1];
  if (inIpv6 !== undefined) return inIpv6;
  return hostname.includes(":") ? prefixOf(hostname) : hostname;
}

function prefixOf(ipv6: string): string {
  const [address = ""] = ipv6.split("%");
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : GROUPS - left.length - right.length;
  const groups = [
    ...left,
    ...new Array(Math.max(zeros, 0)).fill("0"),
    ...right,
  ];
  const prefix = groups.slice(0, PREFIX_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16));
  return `${prefix.join(":")}::/64`;
}
