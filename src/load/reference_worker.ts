/** A thread that measures what a signature check of node:crypto takes, while the nodes work. */
import { createPublicKey, sign, verify } from "node:crypto";
import { serve, systemClock } from "../platform/mod.ts";
import { privateKeyOf } from "./keys.ts";
import { median } from "./percentile.ts";
import type { ReferenceService } from "./reference.ts";

/** Checks timed together: few, so that hardly any such group is interrupted. */
const GROUP = 8;
/** Seldom, so that the check takes 1 % of a core from what is measured. */
const EVERY_MS = 40;
const MESSAGE_BYTES = 33;

const clock = systemClock();
const privateKey = privateKeyOf(new Uint8Array(32).fill(7));
const publicKey = createPublicKey(privateKey);
const message = new Uint8Array(MESSAGE_BYTES).fill(1);
const signature = sign(null, message, privateKey);
let samples: number[] = [];

function measure(): void {
  const start = clock.monotonic();
  for (let n = 0; n < GROUP; n++) {
    if (!verify(null, message, publicKey, signature)) {
      throw new Error("a valid signature was refused");
    }
  }
  samples.push((clock.monotonic() - start) * 1_000 / GROUP);
  clock.schedule(EVERY_MS, measure);
}

const service: ReferenceService = {
  begin() {
    samples = [];
    return Promise.resolve();
  },
  medianUs: () => Promise.resolve(median(samples)),
};

addEventListener("message", (event) => {
  serve((event as MessageEvent<MessagePort>).data, service);
  measure();
}, { once: true });
