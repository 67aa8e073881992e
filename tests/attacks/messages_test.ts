/** Peers of a real node that send more than anybody needs. */
import { join } from "../../src/bytes/mod.ts";
import { contentOf, namedFrame } from "../../src/network/frames.ts";
import { openStranger } from "../support/attacker.ts";
import { withSiege } from "../support/siege.ts";
import { pause } from "../support/wait.ts";

const SMALL_BYTES = 8;
const AT_ONCE = 1_000;

const garbage = (bytes: number) =>
  crypto.getRandomValues(new Uint8Array(bytes));

/** On a channel that nobody listens to: only their number counts. */
const flood = () =>
  join(
    Array.from(
      { length: AT_ONCE },
      () => namedFrame("nothing", garbage(SMALL_BYTES)),
    ),
  );

Deno.test("floods of messages and gossip are slowed down, cut off and named, and others go on", async (t) => {
  await withSiege(async ({ target, record, attack }) => {
    let number = 400;
    await t.step("small messages, data plane", async () => {
      const one = await openStranger(number++, target);
      await one.greet(await one.dial());
      const send = async (signal: AbortSignal) => {
        const link = await one.link(record);
        const stream = await link.connection.createUnidirectionalStream();
        const writer = stream.getWriter();
        const bytes = flood();
        while (!signal.aborted) {
          if (!await writer.write(bytes).then(() => true, () => false)) break;
        }
        link.close();
      };
      const told = ["peer banned", one.id, "floods"];
      await attack("small messages, data plane", send, ...told);
      await one.close();
    });

    await t.step("small messages, control plane", async () => {
      const one = await openStranger(number++, target);
      const connection = await one.dial();
      await one.greet(connection);
      const send = async (signal: AbortSignal) => {
        const stream = await connection.newStream(one.protocols.message);
        const bytes = flood();
        while (connection.status === "open" && !signal.aborted) {
          try {
            if (!stream.send(bytes)) await stream.onDrain();
            await pause(0);
          } catch {
            break; // It was cut off.
          }
        }
      };
      const told = ["peer banned", one.id, "floods"];
      await attack("small messages, control plane", send, ...told);
      await one.close();
    });

    await t.step("gossip that is none", async () => {
      const one = await openStranger(number++, target);
      const connection = await one.dial();
      one.node.services.pubsub.subscribe(one.protocols.gossip);
      await one.greet(connection);
      const publish = async (signal: AbortSignal) => {
        while (!signal.aborted && connection.status === "open") {
          const content = contentOf(namedFrame("vote", garbage(100)));
          await one.node.services.pubsub.publish(one.protocols.gossip, content)
            .catch(() => undefined);
          await pause(1);
        }
      };
      await attack("gossip", publish, "peer banned", one.id);
      await one.close();
    });
  });
});
