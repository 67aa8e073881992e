/** A thousand identities flood a node with bad signatures, ten for each valid transfer. `FLOOD_SECONDS` makes it longer, and shows what happened. */
import assert from "node:assert/strict";
import { ErrorCode } from "../../src/errors/mod.ts";
import { withHome } from "../harness.ts";
import { type Honest, startHonest } from "../support/honest.ts";
import {
  EACH,
  honestSigners,
  submit,
  VALID_PER_SECOND,
  VALID_UNTIL,
} from "../support/honest_sender.ts";
import { signersOf, signTransfer } from "../support/sign.ts";
import { makeHomes, startValidator } from "../support/validators.ts";
import { pause, until } from "../support/wait.ts";

const SECONDS = Number(Deno.env.get("FLOOD_SECONDS") ?? 4);
const FACTOR = 10;
const IDENTITIES = 1_000;
const ADDRESSES = 50;
const CONNECTIONS_EACH = 4;
const STREAMS = ADDRESSES * CONNECTIONS_EACH;
const BLOCKED = ErrorCode.SOURCE_BLOCKED;
const WITHIN_MS = 60_000;
/** A machine that is busy with other things takes from either. */
const TRIES = 3;

/** What became of transactions, by code; 429 for those of a request that was refused as a whole. */
type Tally = Map<number, number>;
const count = (tally: Tally, code: number, by = 1) =>
  tally.set(code, (tally.get(code) ?? 0) + by);

const clientAt = (localAddress: string) =>
  Deno.createHttpClient({ localAddress });

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
    const codes = await submit(rpc, chunk, client).catch(() => []);
    for (const code of codes) count(tally, code);
    dueMs += everyMs;
    await pause(Math.max(0, dueMs - performance.now()));
  }
}

Deno.test("a flood of bad signatures leaves valid senders at least half of their throughput, and is cut off", async () => {
  const identities = signersOf(IDENTITIES, 2);
  const newcomer = signersOf(1, 3)[0]!;
  const everybody = [...honestSigners(), ...identities, newcomer];
  await withHome(async (directory) => {
    const { plans } = await makeHomes(directory, {
      validators: 1,
      funded: everybody.map(({ publicKey }) => ({
        address: publicKey,
        balance: 10n ** 12n,
      })),
    });
    const node = await startValidator(plans[0]!);
    const { rpc } = node.ready;
    let honest: Honest<number> | undefined;
    const addresses = Array.from(
      { length: ADDRESSES },
      (_, n) => clientAt(`127.0.1.${n + 1}`),
    );
    try {
      const chain = await node.client.chain();
      const validUntil = VALID_UNTIL;
      const bad = identities.map((one) =>
        signTransfer(chain, one, { nonce: 0, validUntil })
      );
      const everyMs = STREAMS * EACH / (FACTOR * VALID_PER_SECOND) * 1_000;
      const sender = honest = await startHonest<number>(
        "honest_sender.ts",
        rpc,
      );
      const send = () => sender.goOn(SECONDS * 1_000);

      /** What honest ones get in once the flood is cut off. */
      const sendAmidFlood = async (nonce: number) => {
        const ended = new AbortController();
        const tally: Tally = new Map();
        const floods = Array.from(
          { length: STREAMS },
          (_, n) =>
            flood(addresses[n % ADDRESSES]!, rpc, {
              identities: bad.filter((_, at) => at % STREAMS === n),
              ...{ everyMs, tally, signal: ended.signal },
            }),
        );
        await until(
          "the flood is cut off",
          WITHIN_MS,
          () => Promise.resolve((tally.get(BLOCKED) ?? 0) > IDENTITIES),
        );
        const admitted = await send();
        // Who is honest behind an address of the flood still gets in.
        const late = signTransfer(chain, newcomer, { nonce, validUntil });
        await until("a newcomer's transfer", WITHIN_MS, async () => {
          using fresh = clientAt("127.0.1.1");
          const [code] = await submit(rpc, [late], fresh);
          return code === 0 || code === ErrorCode.DUPLICATE_TRANSACTION;
        });
        ended.abort();
        await Promise.all(floods);
        const offered = [...tally.values()].reduce((sum, one) => sum + one);
        assert.equal(tally.get(0), undefined);
        assert.ok((tally.get(BLOCKED) ?? 0) > offered / 4);
        if (Deno.env.has("FLOOD_SECONDS")) console.log(tally);
        return admitted;
      };

      const shares: number[] = [];
      while (shares.length < TRIES && Math.max(0, ...shares) < 1 / 2) {
        const quiet = await send();
        const flooded = await sendAmidFlood(shares.length);
        console.log(`admitted amid a flood: ${flooded}, else ${quiet}`);
        shares.push(flooded / Math.max(1, quiet));
      }
      assert.ok(Math.max(...shares) >= 1 / 2, `${shares}`);
      assert.match(node.log(), /bad signatures/);
    } finally {
      addresses.forEach((client) => client.close());
      await honest?.stop();
      await node.stop();
    }
  });
});
