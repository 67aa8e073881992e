/** One file on a machine without Deno: it unpacks itself once, and is the whole node. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import manifest from "../../deno.json" with { type: "json" };
import {
  build,
  type Machine,
  machineIn,
  run,
  transfer,
  whileRunning,
} from "./dist.ts";

const RUNTIME = /\/rustorium\/[^/]+\/deno$/;

/** What lies in the cache of a machine. */
async function unpacked({ env }: Machine): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(`${env.HOME}/.cache/rustorium`)) {
    names.push(name);
  }
  return names;
}

Deno.test("one file is a whole node where there is no Deno", async (t) => {
  const directory = await Deno.makeTempDir({ prefix: "rustorium-dist-" });
  const file = `${directory}/first/rustorium`;
  const at = (name: string, programs?: string[]) =>
    machineIn(`${directory}/${name}`, file, programs);
  try {
    await t.step("it is built, twice the same", async () => {
      const said = await build(`${directory}/first`);
      assert.match(
        said,
        /rustorium: unpacks itself, [\d.]+ MiB, content \w{64}/,
      );
      // Where the base binary lies in the cache of this machine, there is a third form.
      assert.match(
        said,
        /compiled: (by deno compile|deno compile failed \(.+\))/,
      );
      await build(`${directory}/second`);
      const [first, second] = await Promise.all(
        [file, `${directory}/second/rustorium`].map((one) =>
          Deno.readFile(one)
        ),
      );
      assert.ok(first!.length > 20e6 && first!.length < 80e6);
      assert.ok(Buffer.from(first!).equals(second!));
      await Deno.remove(`${directory}/second`, { recursive: true });
    });

    await t.step("the first start unpacks, the second does not", async () => {
      const machine = await at("twice");
      const first = await run(machine, "--version");
      assert.deepEqual([first.code, first.stdout, first.stderr], [
        0,
        manifest.version,
        "",
      ]);
      for (const program of ["tar", "gzip", "tail", "mv"]) {
        await Deno.remove(`${machine.directory}/bin/${program}`);
      }
      const second = await run(machine, "--version");
      assert.equal(second.stdout, manifest.version, second.stderr);
    });

    await t.step(
      "starts at the same time do not disturb each other",
      async () => {
        const machine = await at("together");
        const all = await Promise.all(
          Array.from({ length: 3 }, () => run(machine, "--version")),
        );
        for (const { stdout, stderr } of all) {
          assert.equal(stdout, manifest.version, stderr);
        }
        assert.equal((await unpacked(machine)).length, 1);
      },
    );

    await t.step("a damaged file says so and leaves nothing", async () => {
      const bytes = await Deno.readFile(file);
      const flipped = bytes.slice();
      flipped[flipped.length >> 1]! ^= 1;
      for (const damaged of [flipped, bytes.subarray(0, -1)]) {
        const machine = await at(`damaged${damaged.length}`);
        await Deno.writeFile(machine.file, damaged);
        const { code, stdout, stderr } = await run(machine, "--version");
        assert.deepEqual([code, stdout], [5, ""]);
        assert.match(stderr, /^rustorium: this file is damaged \(.+$/);
        assert.deepEqual(await unpacked(machine), []);
      }
    });

    await t.step("without a place to unpack it says what to set", async () => {
      const machine = await at("nowhere");
      const places = [
        [{}, /neither HOME nor XDG_CACHE_HOME is set/],
        [{ HOME: "/dev/null" }, /\/dev\/null.* cannot be written; set XDG/],
      ] as const;
      for (const [place, complaint] of places) {
        const env = { PATH: machine.env.PATH!, ...place };
        const { code, stderr } = await run({ ...machine, env }, "--version");
        assert.equal(code, 5);
        assert.match(stderr, complaint);
      }
      const env = {
        ...machine.env,
        XDG_CACHE_HOME: `${machine.directory}/x y`,
      };
      const { stdout, stderr } = await run({ ...machine, env }, "--version");
      assert.equal(stdout, manifest.version, stderr);
    });

    await t.step(
      "dev, send and status work; Ctrl-C reaches the node",
      async () => {
        const machine = await at("usual");
        const args = ["dev", "--rpc-port", "0", "--p2p-port", "0"];
        const code = await whileRunning(machine, args, async (ready, pid) => {
          assert.match(await Deno.readLink(`/proc/${pid}/exe`), RUNTIME);
          await transfer(machine, ready.rpc, ready.accounts);
          const page = await fetch(ready.rpc);
          assert.match(await page.text(), /<html/);
          const status = await run(
            ...[machine, "status", "--json", "--rpc", ready.rpc] as const,
          );
          assert.ok(status.json().height > 0);
        });
        assert.equal(code, 0);
      },
    );

    await t.step("localnet runs four validators of the same file", async () => {
      const machine = await at("usual");
      const code = await whileRunning(machine, ["localnet"], async (ready) => {
        assert.equal(ready.nodes.length, 4);
        for (const { pid } of ready.nodes) {
          assert.match(await Deno.readLink(`/proc/${pid}/exe`), RUNTIME);
        }
        await transfer(machine, ready.nodes[3]!.rpc, ready.accounts);
      });
      assert.equal(code, 0);
    });

    await t.step(
      "confined, it is a node and can write nowhere else",
      async () => {
        const open = await at("usual");
        const home = `${open.directory}/chain`;
        const env = {
          ...open.env,
          RUSTORIUM_CONFINED: "1",
          RUSTORIUM_HOME: home,
        };
        const machine = { ...open, env };
        const args = ["dev", "--rpc-port", "0", "--p2p-port", "0"];
        const code = await whileRunning(machine, args, async (ready) => {
          await transfer(machine, ready.rpc, ready.accounts);
        });
        assert.equal(code, 0);
        const refused = await run(
          ...[machine, "init", "--home", "./elsewhere", "--json"] as const,
        );
        assert.equal(refused.code, 2, refused.stdout);
        assert.match(
          refused.json().error.detail,
          /Requires (read|write) access/,
        );
      },
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
