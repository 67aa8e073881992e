import { systemRandom } from "../../platform/mod.ts";

/** Below those that a system gives to whoever asks for any port, as others do all the while. */
const FIRST = 10_000;
const COUNT = 16_000;

/** Free ports of this machine, all different. Another program may take one before it is used. @throws Deno.errors.AddrInUse when there are too few. */
export function freePorts(count: number, kind: "tcp" | "udp"): number[] {
  const start = systemRandom().integer(COUNT);
  const ports: number[] = [];
  for (let n = 0; n < COUNT && ports.length < count; n++) {
    const port = FIRST + (start + n) % COUNT;
    if (isFree(port, kind)) ports.push(port);
  }
  if (ports.length < count) throw new Deno.errors.AddrInUse();
  return ports;
}

function isFree(port: number, kind: "tcp" | "udp"): boolean {
  const where = { hostname: "127.0.0.1", port };
  try {
    const taken = kind === "tcp"
      ? Deno.listen(where)
      : Deno.listenDatagram({ ...where, transport: "udp" });
    taken.close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
