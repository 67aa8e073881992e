/** Which homes a node refuses, and what it mends. */
import assert from "node:assert/strict";
import { ask, cli, startNode, withHome, withNode } from "../harness.ts";
import { concat, u32 } from "../../src/bytes/mod.ts";

/** Runs a node that must not start; gives its error's name. */
async function refusal(home: string, command = "start"): Promise<string> {
  const result = await cli(command, "--home", home, "--rpc-port", "0");
  assert.notEqual(result.code, 0, result.stdout);
  assert.ok(result.json?.error?.message, result.stdout + result.stderr);
  return result.json.error.name;
}

Deno.test("a second process on the same home is refused", async () => {
  await withNode(async (_node, home) => {
    assert.equal(await refusal(home, "dev"), "HOME_IN_USE");
  });
});

Deno.test("a folder without a home is refused by start", async () => {
  await withHome(async (home) => {
    assert.equal(await refusal(`${home}/none`), "HOME_MISSING");
  });
});

Deno.test("the data of another chain are refused", async () => {
  await withHome(async (root) => {
    const [one, other] = [`${root}/one`, `${root}/other`];
    for (const home of [one, other]) {
      assert.equal(await (await startNode(home)).stop(), 0);
    }
    await Deno.copyFile(`${other}/genesis.json`, `${one}/genesis.json`);
    assert.equal(await refusal(one), "HOME_OTHER_CHAIN");
  });
});

Deno.test("data of a newer format are refused", async () => {
  await withHome(async (home) => {
    assert.equal(await (await startNode(home)).stop(), 0);
    const kv = await Deno.openKv(`${home}/data/node.kv`);
    const format = ["meta", "format"];
    assert.ok((await kv.get(format)).value, "the format is kept there");
    await kv.set(format, u32(1_000));
    kv.close();
    assert.equal(await refusal(home), "HOME_NEWER_FORMAT");
  });
});

/** What a crash may leave at the end of the write-ahead log. */
const TAILS: Record<string, (log: Uint8Array) => Uint8Array> = {
  "a record that was cut": (log) => log.subarray(0, log.length - 3),
  "a length without its record": (log) => concat(log, u32(40)),
  "noise": (log) => concat(log, new Uint8Array(500).fill(0xa7)),
};

for (const [what, spoil] of Object.entries(TAILS)) {
  Deno.test(`${what} at the end of the log is trimmed with a line, and the chain goes on`, async () => {
    await withNode(async (node, home) => {
      while ((await node.client.status()).height < 2n) await node.moment();
      await node.kill();
      const log = `${home}/wal`;
      await Deno.writeFile(log, spoil(await Deno.readFile(log)));

      const again = await startNode(home);
      const [from, to] = again.ready.accounts;
      assert.ok(from && to);
      const sent = await ask(
        ...["send", "--from", from.secret_key, "--to", to.address],
        ...["--amount", "1", "--rpc", again.ready.rpc],
      );
      assert.ok(sent.height > 0);
      await again.stop();
      assert.match(again.log(), /trimmed the tail of the write-ahead log/);
      assert.equal((await ask("replay", "--home", home)).mismatches, 0);
    });
  });
}

Deno.test("a configuration that is wrong is refused with file and line", async () => {
  await withHome(async (home) => {
    await ask("init", "--home", home);
    const file = `${home}/config.toml`;
    const cases: [string, string][] = [
      ["[network]\nmax_peer = 5\n", "CONFIG_UNKNOWN_KEY"],
      ['[network]\nmax_peers = "5"\n', "CONFIG_TYPE"],
      ["[network]\nmax_peers = -5\n", "CONFIG_RANGE"],
      ["[network\n", "CONFIG_SYNTAX"],
    ];
    for (const [text, name] of cases) {
      await Deno.writeTextFile(file, text);
      const result = await cli("start", "--home", home, "--rpc-port", "0");
      assert.equal(result.json?.error?.name, name, result.stdout);
      assert.match(result.json.error.message, /config\.toml/);
      assert.match(result.json.error.message, /\b[12]\b/, "names the line");
    }
  });
});

Deno.test("a port in use is refused", async () => {
  await withNode(async ({ ready }, home) => {
    const port = new URL(ready.rpc).port;
    const result = await cli("dev", "--home", `${home}/b`, "--rpc-port", port);
    assert.equal(result.json?.error?.name, "PORT_IN_USE", result.stdout);
  });
});
