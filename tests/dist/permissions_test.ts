/** The flags that the guides show in the place of -A: the ones of the program, and enough. */
import assert from "node:assert/strict";
import { nodeFlags } from "../../src/cli/permissions.ts";
import { ask, withHome } from "../harness.ts";
import { readLines } from "../support/lines.ts";

const ROOT = new URL("../../", import.meta.url);

/** The block of the guide that starts a node. */
async function documented(guide: string): Promise<string> {
  const text = await Deno.readTextFile(new URL(guide, ROOT));
  const [, block] = /```sh\n(export DENO_DIR=[^`]*main\.ts start[^`]*)```/
    .exec(text) ?? [];
  assert.ok(block, guide);
  return block;
}

/** Runs the block with `home` in the place of `data`, and a node's other words. */
function start(block: string, home: string): Deno.ChildProcess {
  const line = block
    .replace("main.ts start", "main.ts dev")
    .replace(/([=, ])data\b/g, `$1${home}`)
    .replace("\ndeno run", '\nexec "$0" run');
  return new Deno.Command("sh", {
    args: ["-c", `${line.trim()} "$@"`, Deno.execPath()].concat(
      ...["--rpc-port", "0", "--p2p-port", "0", "--json"],
    ),
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("the guides show the flags of the program", async () => {
  const places = { program: ".", packages: "$DENO_DIR/npm", home: "data" };
  for (const guide of ["docs/guide/operator.md", "docs/guide/operator.ja.md"]) {
    const flags = [...(await documented(guide)).matchAll(/^ {2}(--\S+)/gm)];
    assert.deepEqual(flags.map(([, flag]) => flag), nodeFlags(places));
  }
});

Deno.test("with these flags a node runs and makes a transfer final", async () => {
  const block = await documented("docs/guide/operator.md");
  await withHome(async (home) => {
    const child = start(block, `${home}/chain`);
    const story = readLines(child.stderr);
    try {
      const line = await readLines(child.stdout).next() ?? "{}";
      const { rpc, accounts } = JSON.parse(line);
      assert.ok(rpc, `${line}\n${story.tail()}`);
      const [from, to] = accounts;
      const sent = await ask(
        ...["send", "--from", from.secret_key, "--to", to.address],
        ...["--amount", "7", "--rpc", rpc],
      );
      assert.ok(sent.height > 0);
    } finally {
      child.kill("SIGINT");
    }
    assert.equal((await child.status).code, 0);
  });
});

Deno.test("without write access to its home a node says which flag is missing", async () => {
  const block = await documented("docs/guide/operator.md");
  await withHome(async (home) => {
    const without = block.replace(/ +--allow-write.*\n/, "");
    const { code, stdout } = await start(without, `${home}/chain`).output();
    const { error } = JSON.parse(new TextDecoder().decode(stdout));
    assert.deepEqual([code, error.name], [2, "USAGE"]);
    assert.match(error.message, /Deno was not allowed/);
    assert.match(error.detail, /write access to .*--allow-write/);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(home)), []);
  });
});
