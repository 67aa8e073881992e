/** Answers what the benchmark of ports asks. */
import { serve, transfer } from "../src/platform/mod.ts";

const service = {
  nothing: () => Promise.resolve(),
  take: (bytes: Uint8Array) => Promise.resolve(bytes.length),
  back: (bytes: Uint8Array<ArrayBuffer>) =>
    Promise.resolve(transfer(bytes, [bytes.buffer])),
};

export type PortBench = typeof service;

addEventListener("message", (event) => {
  serve((event as MessageEvent<MessagePort>).data, service);
}, { once: true });
