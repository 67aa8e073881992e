/** Free ports of this machine, all different. Another program may take one before it is used. */
export function freePorts(count: number, kind: "tcp" | "udp"): number[] {
  const taken = Array.from({ length: count }, () => listen(kind));
  const ports = taken.map((one) => (one.addr as Deno.NetAddr).port);
  for (const one of taken) one.close();
  return ports;
}

function listen(kind: "tcp" | "udp"): Deno.Listener | Deno.DatagramConn {
  const where = { hostname: "127.0.0.1", port: 0 };
  return kind === "tcp"
    ? Deno.listen(where)
    : Deno.listenDatagram({ ...where, transport: "udp" });
}
