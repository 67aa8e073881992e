/**
 * Honest senders at one client of a node, as `startHonest` runs them:
 * `honest_sender.ts RPC_URL`. They send `VALID_PER_SECOND` transfers and tell
 * how many were admitted in time.
 */
import { createClient } from "../../mod.ts";
import { codesOf } from "./flood.ts";
import { takeOrders } from "./honest.ts";
import { signersOf, signTransfer } from "./sign.ts";
import { pause } from "./wait.ts";

export const VALID_PER_SECOND = 400;
/** Transfers of one request, each of another account. */
export const EACH = 10;
/** Beyond any test. */
export const VALID_UNTIL = 100_000n;
const CONNECTIONS = 4;
const REQUEST_MS_MAX = 10_000;

/** They hold coins. */
export const honestSigners = () => signersOf(EACH, 1);

/** Submits, perhaps from another address of this machine; gives the code of each, that of the request where it was refused as a whole. */
export async function submit(
  rpc: string,
  envelopes: Uint8Array<ArrayBuffer>[],
  client?: Deno.HttpClient,
): Promise<number[]> {
  const response = await fetch(`${rpc}/submit`, {
    method: "POST",
    body: new Blob(envelopes),
    signal: AbortSignal.timeout(REQUEST_MS_MAX),
    ...(client && { client }),
  });
  if (response.ok) {
    const answer = new Uint8Array(await response.arrayBuffer());
    return codesOf(answer, envelopes.length);
  }
  const { error } = await response.json();
  return new Array(envelopes.length).fill(error.data.code);
}

if (import.meta.main) {
  const [rpc = ""] = Deno.args;
  const chain = await createClient({ url: rpc }).chain();
  const signers = honestSigners();
  /** Each time has a lane of its own: what was refused leaves no gap. */
  let lane = 0;
  await takeOrders(async (ms) => {
    const requests = Array.from(
      { length: VALID_PER_SECOND * ms / 1_000 / EACH },
      (_, nonce) => {
        const options = { lane, nonce, validUntil: VALID_UNTIL };
        return signers.map((one) => signTransfer(chain, one, options));
      },
    );
    lane++;
    let [admitted, next] = [0, 0];
    const start = performance.now();
    const end = start + ms;
    /** One request when it is due, some at once. */
    const stream = async () => {
      while (next < requests.length) {
        const at = next++;
        const dueMs = start + at * EACH / VALID_PER_SECOND * 1_000;
        await pause(Math.max(0, dueMs - performance.now()));
        // Whatever has no answer in time was not admitted.
        const codes = await submit(rpc, requests[at]!).catch(() => []);
        if (performance.now() >= end) return;
        admitted += codes.filter((code) => code === 0).length;
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, stream));
    return admitted;
  });
}
