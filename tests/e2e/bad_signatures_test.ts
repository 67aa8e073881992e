/** A thousand identities flood a node with bad signatures, ten for each valid transfer. `FLOOD_SECONDS` makes it longer, and shows what happened. */
import assert from "node:assert/strict";
import type { ChainInfo } from "../../mod.ts";
import { ErrorCode } from "../../src/errors/mod.ts";
import { withHome } from "../harness.ts";
import { codesOf } from "../support/flood.ts";
import { type Signer, signerOf, signTransfer } from "../support/sign.ts";
import { makeHomes, startValidator } from "../support/validators.ts";
import { pause, until } from "../support/wait.ts";

const SECONDS = Number(Deno.env.get("FLOOD_SECONDS") ?? 4);
const VALID_PER_SECOND = 400;
const FACTOR = 10;
const IDENTITIES = 1_000;
const ADDRESSES = 50;
const CONNECTIONS_EACH = 4;
const EACH = 10;
const BLOCKED = ErrorCode.SOURCE_BLOCKED;
const REQUEST_MS_MAX = 10_000;
const WITHIN_MS = 60_000;

/** What became of transactions, by code; 429 for those of a request that was refused as a whole. */
type Tally = Map<number, number>;
const count = (tally: Tally, code: number, by = 1) =>
  tally.set(code, (tally.get(code) ?? 0) + by);

/** Submits over connections from an address of this machine; gives the codes. */
async function submit(
  client: Deno.HttpClient,
  rpc: string,
  envelopes: Uint8Array<ArrayBuffer>[],
): Promise<number[]> {
  const response = await fetch(`${rpc}/submit`, {
    method: "POST",
    body: new Blob(envelopes),
    client,
    signal: AbortSignal.timeout(REQUEST_MS_MAX),
  });
  if (response.ok) {
    const answer = new Uint8Array(await response.arrayBuffer());
    return codesOf(answer, envelopes.length);
  }
  const { error } = await response.json();
  return new Array(envelopes.length).fill(error.data.code);
}

const clientAt = (localAddress: string) =>
  Deno.createHttpClient({ localAddress });

/** Sends one chunk every `EACH` transactions' time, some at once; gives how many were admitted in time, of how many. */
async function sendValid(
  client: Deno.HttpClient,
  rpc: string,
  transfers: Uint8Array<ArrayBuffer>[],
): Promise<{ admitted: number; sent: number }> {
  let [admitted, next] = [0, 0];
  const start = performance.now();
  const end = start + SECONDS * 1_000;
  const stream = async () => {
    while (next < transfers.length) {
      const at = next;
      next += EACH;
      const dueMs = start + at / VALID_PER_SECOND * 1_000;
      await pause(Math.max(0, dueMs - performance.now()));
      const codes = await submit(client, rpc, transfers.slice(at, at + EACH));
      if (performance.now() >= end) return;
      admitted += codes.filter((code) => code === 0).length;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS_EACH }, stream));
  return { admitted, sent: Math.min(next, transfers.length) };
}

/** Floods over one connection after the other of an address until `signal`. */
async function flood(
  client: Deno.HttpClient,
  rpc: string,
  { identities, everyMs, tally, signal }: {
    identities: Uint8Array<ArrayBuffer>[];
    everyMs: number;
    tally: Tally;
    signal: AbortSignal;
  },
): Promise<void> {
  let dueMs = performance.now();
  for (let turn = 0; !signal.aborted; turn++) {
    const envelope = identities[turn % identities.length]!.slice();
    const chunk = Array.from({ length: EACH }, (_, n) => {
      const bad = envelope.slice();
      bad[40] = turn;
      bad[41] = n;
      // Else what it had before could come out.
      bad[42]! ^= 1;
      return bad;
    });
    // Whoever floods may wait in vain.
    const codes = await submit(client, rpc, chunk).catch(() => []);
    for (const code of codes) count(tally, code);
    dueMs += everyMs;
    await pause(Math.max(0, dueMs - performance.now()));
  }
}

function signers(count: number, kind: number): Signer[] {
  return Array.from({ length: count }, (_, n) => {
    const seed = new Uint8Array(32).fill(kind);
    new DataView(seed.buffer).setUint32(0, n);
    return signerOf(seed);
  });
}

const transferOf = (chain: ChainInfo, signer: Signer, nonce: number) =>
  signTransfer(chain, signer, { nonce, validUntil: 900n });

Deno.test("a flood of bad signatures leaves valid senders at least half of their throughput, and is cut off", async () => {
  const senders = signers(EACH, 1);
  const identities = signers(IDENTITIES, 2);
  const newcomer = signers(1, 3)[0]!;
  const everybody = [...senders, ...identities, newcomer];
  await withHome(async (directory) => {
    const { plans } = await makeHomes(directory, {
      validators: 1,
      funded: everybody.map(({ publicKey }) => ({
        address: publicKey,
        balance: 10n ** 12n,
      })),
    });
    const node = await startValidator(plans[0]!);
    using valid = clientAt("127.0.0.1");
    const addresses = Array.from(
      { length: ADDRESSES },
      (_, n) => clientAt(`127.0.1.${n + 1}`),
    );
    try {
      const { rpc } = node.ready;
      const chain = await node.client.chain();
      const each = VALID_PER_SECOND * SECONDS / EACH;
      const transfers = Array.from(
        { length: 2 * each * EACH },
        (_, n) => transferOf(chain, senders[n % EACH]!, Math.floor(n / EACH)),
      );
      const bad = identities.map((one) => transferOf(chain, one, 0));

      const quiet = await sendValid(
        valid,
        rpc,
        transfers.slice(0, each * EACH),
      );
      const ended = new AbortController();
      const tally: Tally = new Map();
      const streams = ADDRESSES * CONNECTIONS_EACH;
      const everyMs = streams * EACH / (FACTOR * VALID_PER_SECOND) * 1_000;
      const floods = Array.from(
        { length: streams },
        (_, n) =>
          flood(addresses[n % ADDRESSES]!, rpc, {
            identities: bad.filter((_, at) => at % streams === n),
            ...{ everyMs, tally, signal: ended.signal },
          }),
      );
      await until(
        "the flood is cut off",
        WITHIN_MS,
        () => Promise.resolve((tally.get(BLOCKED) ?? 0) > IDENTITIES),
      );
      const flooded = await sendValid(valid, rpc, transfers.slice(quiet.sent));
      // Who is honest behind an address of the flood still gets in.
      const late = transferOf(chain, newcomer, 0);
      await until("a newcomer's transfer", WITHIN_MS, async () => {
        using fresh = clientAt("127.0.1.1");
        const [code] = await submit(fresh, rpc, [late]);
        return code === 0 || code === ErrorCode.DUPLICATE_TRANSACTION;
      });
      ended.abort();
      await Promise.all(floods);

      if (Deno.env.has("FLOOD_SECONDS")) {
        console.log({ quiet, flooded, tally });
      }
      assert.ok(
        flooded.admitted >= quiet.admitted / 2,
        `${flooded.admitted} of ${quiet.admitted}`,
      );
      const offered = [...tally.values()].reduce((sum, one) => sum + one);
      assert.equal(tally.get(0), undefined);
      assert.ok((tally.get(BLOCKED) ?? 0) > offered / 4);
      assert.match(node.log(), /bad signatures/);
    } finally {
      addresses.forEach((client) => client.close());
      await node.stop();
    }
  });
});
