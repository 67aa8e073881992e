/** Peers of a real node that send what no honest node sends. */
import assert from "node:assert/strict";
import { namedFrame } from "../../src/network/frames.ts";
import { openStranger } from "../support/attacker.ts";
import { type Siege, withSiege } from "../support/siege.ts";
import { pause } from "../support/wait.ts";

/** In an envelope. */
const SIGNATURE_AT = 40;

type Attacker = Awaited<ReturnType<typeof openStranger>>;

const garbage = (bytes: number) =>
  crypto.getRandomValues(new Uint8Array(bytes));

/** What is wrong with a stream of messages. */
const SPOILED: Record<string, () => Uint8Array> = {
  "an oversized frame": () => Uint8Array.of(255, 255, 255, 255, 1),
  "a frame without a name": () => Uint8Array.of(3, 0, 0, 0, 200, 1, 2),
  "a name that is none": () => namedFrame("NO NAME", garbage(10)),
};

/** Goes on until it is not let in any more; gives how often it was. */
async function timesLet(
  signal: AbortSignal,
  once: () => Promise<void>,
): Promise<number> {
  for (let count = 0;; count++) {
    if (signal.aborted) return count;
    try {
      await once();
    } catch {
      return count;
    }
  }
}

/** One uni stream with these bytes, on a connection of its own. */
async function spoil(one: Attacker, { record }: Siege, bytes: Uint8Array) {
  const link = await one.link(record);
  const stream = await link.connection.createUnidirectionalStream();
  const writer = stream.getWriter();
  await writer.write(bytes);
  await Promise.race([
    link.connection.closed.catch(() => undefined),
    pause(2_000),
  ]);
  link.close();
}

Deno.test("who sends malformed frames or spoiled batches is banned and named, and others go on", async (t) => {
  await withSiege(async (siege) => {
    const { target, attack } = siege;
    let number = 200;
    for (const [what, make] of Object.entries(SPOILED)) {
      await t.step(`${what}, data plane`, async () => {
        const one = await openStranger(number++, target);
        let count = 0;
        await one.greet(await one.dial());
        const flood = async (signal: AbortSignal) => {
          count = await timesLet(signal, () => spoil(one, siege, make()));
        };
        await attack(what, flood, "peer banned", one.id);
        assert.ok(count <= 6, `${count} times`);
        await one.close();
      });
    }

    await t.step("garbage, control plane", async () => {
      const one = await openStranger(number++, target);
      const connection = await one.dial();
      await one.greet(connection);
      let count = 0;
      const flood = async (signal: AbortSignal) => {
        count = await timesLet(signal, async () => {
          const stream = await connection.newStream(one.protocols.message);
          stream.send(Uint8Array.of(255, 255, 255, 255));
          await stream.onDrain().catch(() => undefined);
          await pause(100);
        });
      };
      await attack("garbage, control plane", flood, "peer banned", one.id);
      assert.ok(count <= 6, `${count} times`);
      await one.close();
    });

    await t.step("batches that are none", async () => {
      const one = await openStranger(number++, target);
      await one.greet(await one.dial());
      const flood = async (signal: AbortSignal) => {
        const link = await one.link(siege.record);
        const stream = await link.connection.createUnidirectionalStream();
        const writer = stream.getWriter();
        const bytes = namedFrame("batch", garbage(60_000));
        while (!signal.aborted) {
          const isSent = await writer.write(bytes).then(
            () => true,
            () => false,
          );
          if (!isSent) break;
        }
        link.close();
      };
      await attack("spoiled batches", flood, "peer banned", one.id);
      await one.close();
    });

    await t.step("envelopes with bad signatures", async () => {
      const one = await openStranger(number++, target);
      await one.greet(await one.dial());
      const flood = async (signal: AbortSignal) => {
        const link = await one.link(siege.record);
        const bytes = await siege.envelope();
        bytes[SIGNATURE_AT]! ^= 1;
        while (!signal.aborted) {
          await link.ask("forward", bytes).catch(() => pause(50));
        }
        link.close();
      };
      await attack(
        "bad signatures",
        flood,
        "a peer forwards transactions that nobody may admit",
        one.id,
      );
      await one.close();
    });
  });
});
