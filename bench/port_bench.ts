/** Between threads: a batch that is copied, one that moves there and back, and calls that carry nothing. */
import { connect, transfer } from "../src/platform/mod.ts";
import { reference } from "./fixtures.ts";
import type { PortBench } from "./port_worker.ts";

/** A batch of 1 MiB. */
const TRANSFERS = 6_700;
const BYTES = 1 << 20;

const url = new URL("./port_worker.ts", import.meta.url);
const worker = new Worker(url, { type: "module" });
const { port1, port2 } = new MessageChannel();
worker.postMessage(port2, [port2]);
const port = connect<PortBench>(port1);
addEventListener("unload", () => worker.terminate());

const group = `port/transfers=${TRANSFERS}`;
reference(group);

const copied = new Uint8Array(BYTES);
Deno.bench({
  name: `port::clone/transfers=${TRANSFERS}`,
  group,
  fn: async () => void await port.take(copied),
});

let moved = new Uint8Array(BYTES);
Deno.bench({
  name: `port::transfer_and_back/transfers=${TRANSFERS}`,
  group,
  async fn() {
    moved = await port.back(transfer(moved, [moved.buffer]));
  },
});

reference("port/calls");
Deno.bench({
  name: "port::call/calls=1",
  group: "port/calls",
  fn: async () => void await port.nothing(),
});
const AT_ONCE = 100;
Deno.bench({
  name: `port::call/calls=${AT_ONCE}`,
  group: "port/calls",
  fn: async () =>
    void await Promise.all(
      Array.from({ length: AT_ONCE }, () => port.nothing()),
    ),
});
