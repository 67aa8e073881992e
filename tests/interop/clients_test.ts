/**
 * libp2p programs that are not ours dial a node, identify and ping it. What
 * they are built with is brought here first: js-libp2p by npm, go-libp2p by Go,
 * rust-libp2p by cargo. A client whose tools are missing is skipped, in words.
 */
import assert from "node:assert/strict";
import { testNetwork } from "../../src/network/testing/open.ts";
import { BUILD_RUST, RUST_PROGRAM } from "./rust_node.ts";
import { has, run } from "./tools.ts";

const here = (name: string) => new URL(name, import.meta.url).pathname;

interface Found {
  peer: string;
  protocols: string[];
  pingMs: number;
}

const CLIENTS = {
  "js-libp2p under Node": {
    folder: here("./js"),
    isThere: await has("npm", "--version"),
    prepare: [
      ...["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"],
    ],
    dial: ["node", "client.js"],
  },
  "go-libp2p": {
    folder: here("./go"),
    isThere: await has("go", "version"),
    prepare: ["go", "build", "-o", "client", "."],
    dial: ["./client"],
  },
  "rust-libp2p": {
    folder: here("./rust"),
    isThere: await has("cargo", "--version"),
    prepare: BUILD_RUST,
    dial: [RUST_PROGRAM, "guest"],
  },
};

/** A copy of `folder` that may be written to. */
async function copyOf(folder: string): Promise<string> {
  const copy = await Deno.makeTempDir({ prefix: "rustorium-interop-" });
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile) await Deno.copyFile(`${folder}/${name}`, `${copy}/${name}`);
  }
  return copy;
}

for (const [name, client] of Object.entries(CLIENTS)) {
  Deno.test({
    name: `${name} may dial, identify and ping, and is no peer`,
    ignore: !client.isThere,
    async fn() {
      const folder = await copyOf(client.folder);
      const network = await testNetwork(1);
      try {
        await run(folder, client.prepare);
        const [address] = network.multiaddrs();
        const printed = await run(folder, [...client.dial, address!]);
        const found: Found = JSON.parse(printed);
        assert.equal(found.peer, network.id);
        assert.ok(found.pingMs >= 0);
        for (const protocol of ["/ipfs/id/1.0.0", "/rustorium/test/record/1"]) {
          assert.ok(found.protocols.includes(protocol), printed);
        }
        assert.deepEqual(network.peers(), []);
      } finally {
        await network.close();
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
