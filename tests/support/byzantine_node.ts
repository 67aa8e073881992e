/**
 * A validator that breaks the rules, as a process: `byzantine_node.ts HOME BEHAVIOUR`.
 * Only tests run it; no command and no configuration of a node leads here.
 */
import { createCore, loadCoreModule } from "../../src/core/mod.ts";
import { ensureNodeKey, openHome } from "../../src/cli/home/mod.ts";
import { logOf } from "../../src/cli/run_node.ts";
import { startNode } from "../../src/node/mod.ts";
import {
  type Network,
  seededRandom,
  seedSigner,
  systemRandom,
} from "../../src/platform/mod.ts";
import { BEHAVIOURS } from "../../src/simulation/mod.ts";

/** The same network as a plain object, which behaviours put their own methods over. */
function plain(network: Network): Network {
  return {
    id: network.id,
    broadcast: (...given) => network.broadcast(...given),
    send: (...given) => network.send(...given),
    request: (...given) => network.request(...given),
    onMessage: (handler) => network.onMessage(handler),
    onRequest: (...given) => network.onRequest(...given),
    peers: () => network.peers(),
    onPeers: (handler) => network.onPeers(handler),
    relay: (...given) => network.relay(...given),
    close: () => network.close(),
  };
}

/**
 * What it tells some otherwise, it tells everybody as it is as well: where all
 * are connected nobody passes votes on, and a vote that comes last is in no
 * certificate, so that perhaps nobody would ever see both.
 */
function inBothWays(network: Network, changed: Network): Network {
  return {
    ...plain(changed),
    broadcast: (channel, message) => {
      network.broadcast(channel, message);
      changed.broadcast(channel, message);
    },
  };
}

const [directory = "", name = ""] = Deno.args;
const behaviour = BEHAVIOURS[name];
const change = behaviour?.network;
if (!change) throw new Error(`no behaviour of the network: ${name}`);
const home = await openHome(directory);
const core = createCore(await loadCoreModule());
const seed = home.validatorSeed;
const wrap = {
  key: { seed, publicKey: seedSigner(seed).publicKey },
  genesisHash: core.genesisHash(home.genesisBytes),
  random: seededRandom(directory),
};
const node = await startNode({
  home: directory,
  config: home.config,
  genesis: home.genesisBytes,
  validatorSeed: seed,
  nodeSeed: await ensureNodeKey(directory, systemRandom()),
  log: logOf(home.config),
  wrapNetwork: (network) => {
    const changed = change(plain(network), wrap);
    return behaviour.offends === "always"
      ? inBothWays(network, changed)
      : changed;
  },
});
const address = wrap.key.publicKey.toHex();
console.log(JSON.stringify({ event: "ready", rpc: node.rpcUrl, address }));
const asked = new Promise<void>((resolve) =>
  Deno.addSignalListener("SIGINT", resolve)
);
await Promise.race([asked, node.failed]);
await node.stop();
Deno.exit();
