import { wordsOf } from "../peers/groups.ts";

/** An address and the networks around it. */
export interface Spans {
  /** Of IPv6 the /64, of which one customer has all. */
  address: string;
  /** A /24 of IPv4, a /48 of IPv6. */
  subnet: string;
  /** A /16 of IPv4, a /32 of IPv6. */
  network: string;
}

/** What a host, as text, is in; what is no address is a network of its own. */
export function spansOf(host: string): Spans {
  if (host.includes(":")) {
    const words = wordsOf(host).map((word) => word.toString(16));
    const first = (count: number) =>
      `${words.slice(0, count).join(":")}::/${count * 16}`;
    return { address: first(4), subnet: first(3), network: first(2) };
  }
  const parts = host.split(".");
  const first = (count: number) => [...parts.slice(0, count), "0", "0"];
  return {
    address: host,
    subnet: `${first(3).slice(0, 4).join(".")}/24`,
    network: `${first(2).join(".")}/16`,
  };
}
