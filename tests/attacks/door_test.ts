/** Floods at the door of a real node: handshakes that never end, and connections. */
import assert from "node:assert/strict";
import {
  beginHandshakes,
  knock,
  openStranger,
  relay,
} from "../support/attacker.ts";
import { withSiege } from "../support/siege.ts";
import { pause } from "../support/wait.ts";

const HALF_OPEN = 400;
const DIALLERS = 3;

Deno.test("half-open handshakes keep nobody out, and connection floods are cut off and named", async (t) => {
  await withSiege(async ({ target, record, attack, p2pPort }) => {
    let number = 100;
    /** A newcomer from this machine's usual address gets in, on both planes. */
    const newcomer = async () => {
      const one = await openStranger(number++, target);
      try {
        const link = await one.link(await one.greet(await one.dial()));
        assert.equal((await link.ask("status", new Uint8Array())).length, 8);
        link.close();
      } finally {
        await one.close();
      }
    };

    /** Handshakes that never end, as what the node says reaches nobody. */
    const halfOpen = async (port: number, protocol?: string) => {
      const deaf = relay(port, "127.66.1.1", { deaf: true });
      const end = beginHandshakes(HALF_OPEN, record, {
        port: deaf.port,
        ...(protocol !== undefined && { protocol }),
      });
      await pause(500);
      await newcomer();
      end();
      deaf.close();
    };
    await t.step(
      "half-open handshakes on the data plane",
      () => attack("half-open, data plane", () => halfOpen(record.dataPort)),
    );
    await t.step(
      "half-open handshakes on the control plane",
      () =>
        attack("half-open, control plane", () => halfOpen(p2pPort, "libp2p")),
    );

    await t.step("connections to the data plane", async () => {
      let [made, cut] = [0, 0];
      const flood = async (signal: AbortSignal) => {
        while (!signal.aborted) {
          await knock(record, "127.66.3.1").then(({ connection, close }) => {
            made++;
            connection.closed.then(() => {}, () => {}).finally(() => {
              cut++;
              close();
            });
          }, () => cut++);
        }
        await newcomer();
      };
      const told = ["address blocked", "127.66.3.1", "connections"];
      await attack("connections, data plane", flood, ...told);
      assert.ok(made > 10 && cut > made / 2, `${cut} of ${made}`);
    });

    await t.step("connections to the control plane", async () => {
      const flood = async (signal: AbortSignal) => {
        const through = relay(p2pPort, "127.66.4.1");
        const address = target.p2p.replace(`/${p2pPort}/`, `/${through.port}/`);
        const one = await openStranger(number++, target);
        while (!signal.aborted) {
          try {
            await (await one.dial(address)).close();
          } catch {
            // It was cut off.
          }
          await pause(5);
        }
        await one.close();
        through.close();
      };
      const floods = async (signal: AbortSignal) => {
        await Promise.all(
          Array.from({ length: DIALLERS }, () => flood(signal)),
        );
        await newcomer();
      };
      const told = ["address blocked", "127.66.4.1", "connections"];
      await attack("connections, control plane", floods, ...told);
    });
  });
});
