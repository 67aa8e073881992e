import assert from "node:assert/strict";
import { freePorts } from "./ports.ts";

Deno.test("free ports are different ones that can be had, and that nobody is given who asks for any", () => {
  const ports = freePorts(20, "udp");
  assert.equal(new Set(ports).size, 20);
  const sockets = ports.map((port) =>
    Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port })
  );
  const more = freePorts(200, "udp");
  for (const socket of sockets) socket.close();
  assert.ok(!more.some((port) => ports.includes(port)));
  assert.ok([...ports, ...more].every((port) => port < 32_768));
});
