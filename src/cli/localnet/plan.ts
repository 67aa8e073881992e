import { join } from "node:path";
import { freePorts } from "./ports.ts";

/** Where one node of a localnet lives and listens; it never changes. */
export interface NodePlan {
  home: string;
  rpcPort: number;
  p2pPort: number;
  dataPort: number;
  /** Where others reach it when lines are slowed down: ports of our proxy. */
  proxy?: { p2pPort: number; dataPort: number };
}

/** Places for `count` nodes under `directory`. */
export function planNodes(
  directory: string,
  count: number,
  { slow }: { slow: boolean },
): NodePlan[] {
  const rpc = freePorts(count, "tcp");
  const udp = freePorts(count * 4, "udp");
  return rpc.map((rpcPort, n) => {
    const [p2pPort, dataPort, proxyPort, proxyDataPort] = udp.slice(4 * n);
    return {
      home: join(directory, `node${n}`),
      rpcPort,
      p2pPort: p2pPort!,
      dataPort: dataPort!,
      ...(slow && {
        proxy: { p2pPort: proxyPort!, dataPort: proxyDataPort! },
      }),
    };
  });
}
