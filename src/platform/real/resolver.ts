import { lookup } from "node:dns/promises";
import type { Resolver } from "../types.ts";

/** The names that this machine knows: its hosts file and its name servers. */
export function systemResolver(): Resolver {
  return {
    async addresses(host, family) {
      const found = await lookup(host, { all: true, family });
      return found.map(({ address }) => address);
    },
    async texts(name) {
      const records = await Deno.resolveDns(name, "TXT");
      return records.map((parts) => parts.join(""));
    },
  };
}
