/** A node without stake joins a running chain, follows it, answers, and comes back by the peers it knows. */
import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { readFrames } from "../../src/network/frames.ts";
import { nodeFiles } from "../../src/node/files.ts";
import { SavedPeerSchema } from "../../src/proto/gen/rustorium/v1/network_pb.ts";
import { ask, cli, startNode, withHome } from "../harness.ts";
import { startLocalnet } from "../support/localnet.ts";
import { until } from "../support/wait.ts";

const UNTIL_MS_MAX = 60_000;
const ENTRY_BYTES_MAX = 1 << 16;

/** How many others a home knows how to reach. */
async function countSaved(home: string): Promise<number> {
  const { readable } = await Deno.open((await nodeFiles(home)).peers);
  let count = 0;
  for await (const entry of readFrames(readable, ENTRY_BYTES_MAX)) {
    if (fromBinary(SavedPeerSchema, entry).record.length > 0) count++;
  }
  return count;
}

Deno.test("a node without stake follows a localnet, and after a restart without its bootstrap node", async () => {
  await withHome(async (root) => {
    const net = await startLocalnet(`${root}/net`, 4);
    const home = `${root}/full`;
    const [first, second] = net.nodes;
    const transfer = (n: number) =>
      ask(
        ...["send", "--from", net.accounts[n]!.secret_key, "--amount", "7"],
        ...["--to", net.accounts[9]!.address, "--rpc", second!.rpc],
      );
    try {
      const before = await transfer(0);
      const made = await ask(
        ...["init", "--home", home, "--genesis", `${first!.home}/genesis.json`],
        ...["--bootstrap", first!.p2p[0]!],
      );
      assert.equal(made.validator, null);
      const options = { command: "start", args: ["--p2p-port", "0"] };
      let node = await startNode(home, options);
      const shows = async (
        { hash, height }: { hash: string; height: number },
      ) => {
        await until(
          "it has followed",
          UNTIL_MS_MAX,
          async () => (await node.client.status()).height > BigInt(height),
        );
        assert.equal((await node.client.transaction(hash)).code, 0);
      };
      try {
        await shows(before);
        await shows(await transfer(1));
        const status = await ask("status", "--rpc", node.ready.rpc);
        assert.equal(status.validator, null);
        const validator = await ask("status", "--rpc", second!.rpc);
        assert.match(validator.validator, /^rst1/);
        await until(
          "all are its peers",
          UNTIL_MS_MAX,
          async () => (await node.client.status()).peers === 4,
        );
        await until(
          "the next start can find the others",
          UNTIL_MS_MAX,
          async () => await countSaved(home) === 4,
        );
        await node.kill();
        net.kill(0);
        node = await startNode(home, options);
        await shows(await transfer(2));
      } finally {
        await node.kill();
      }
    } finally {
      await net.stop();
    }
  });
});

Deno.test("init says what --bootstrap wants", async () => {
  await withHome(async (root) => {
    for (const args of [["--bootstrap", "/dns4/x/udp/1/quic-v1"]]) {
      const refused = await cli("init", "--home", `${root}/a`, ...args);
      assert.equal(refused.json.error.name, "USAGE");
      assert.match(refused.json.error.message, /--genesis/);
    }
  });
});
