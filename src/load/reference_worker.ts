/** A thread that measures what a signature check of node:crypto takes, before, while and after the nodes work. */
import { createPublicKey, sign, verify } from "node:crypto";
import { serve, systemClock, type Timer } from "../platform/mod.ts";
import { privateKeyOf } from "./keys.ts";
import { median } from "../percentile/mod.ts";
import type { ReferenceService } from "./reference.ts";

/** Checks timed together: few, so that hardly any such group is interrupted. */
const GROUP = 8;
/** Groups of one slice; interruptions by others do not move its median. */
const SLICE = 12;
/** Of a burst. */
const SLICES = 7;
const BETWEEN_SLICES_MS = 20;
/** Seldom, so that the check takes 1 % of a core from what is measured. */
const EVERY_MS = 40;
const MESSAGE_BYTES = 33;

const clock = systemClock();
const privateKey = privateKeyOf(new Uint8Array(32).fill(7));
const publicKey = createPublicKey(privateKey);
const message = new Uint8Array(MESSAGE_BYTES).fill(1);
const signature = sign(null, message, privateKey);

/** Microseconds of one check, now. */
function groupUs(): number {
  const start = clock.monotonic();
  for (let n = 0; n < GROUP; n++) {
    if (!verify(null, message, publicKey, signature)) {
      throw new Error("a valid signature was refused");
    }
  }
  return (clock.monotonic() - start) * 1_000 / GROUP;
}

let groups: number[] = [];
let timer: Timer | undefined;

function measure(): void {
  groups.push(groupUs());
  timer = clock.schedule(EVERY_MS, measure);
}

const service: ReferenceService = {
  async burst() {
    groupUs(); // The first one is slower than all others.
    const slices: number[] = [];
    for (let n = 0; n < SLICES; n++) {
      slices.push(median(Array.from({ length: SLICE }, groupUs)));
      await clock.sleep(BETWEEN_SLICES_MS);
    }
    return slices;
  },
  begin() {
    groups = [];
    measure();
    return Promise.resolve();
  },
  end() {
    timer?.cancel();
    return Promise.resolve(medians(groups));
  },
};

function medians(groups: readonly number[]): number[] {
  const slices = Math.ceil(groups.length / SLICE);
  return Array.from(
    { length: slices },
    (_, n) => median(groups.slice(n * SLICE, (n + 1) * SLICE)),
  );
}

addEventListener("message", (event) => {
  serve((event as MessageEvent<MessagePort>).data, service);
}, { once: true });
