import assert from "node:assert/strict";
import { join } from "node:path";
import { decodeGenesis, openHome } from "./home/mod.ts";
import { inDirectory, rustorium } from "./testing.ts";

const hosts = ["10.1.0.1", "10.1.0.2", "10.1.0.3"];

const testnet = (home: string, ...more: string[]) =>
  rustorium(["testnet", "--home", home, "--json", "--hosts", ...more]);

Deno.test("testnet makes homes of one chain that know each other, and keeps them", () =>
  inDirectory(async (directory) => {
    const made = await testnet(
      directory,
      hosts.join(),
      "--rpc-host",
      "0.0.0.0",
    );
    assert.equal(made.code, 0, made.stdout + made.stderr);
    const { chain_id, existed, nodes, accounts } = made.json();
    assert.equal(existed, false);
    assert.equal(accounts.length, 10);
    const homes = hosts.map((_, n) => join(directory, `node${n}`));
    assert.deepEqual(
      nodes,
      homes.map((home, n) => ({ home, host: hosts[n] })),
    );
    for (const [n, home] of homes.entries()) {
      const { genesisBytes, config } = await openHome(home);
      const genesis = decodeGenesis(genesisBytes);
      assert.equal(genesis.chainId, chain_id);
      assert.equal(genesis.validators?.validators.length, 3);
      assert.equal(config.rpc.host, "0.0.0.0");
      const [own] = config.p2p.announce;
      assert.equal(own, `/ip4/${hosts[n]}/udp/26656/quic-v1`);
      assert.notEqual(config.p2p.data_port, 0);
      const others = hosts.filter((host) => host !== hosts[n]);
      assert.deepEqual(
        config.p2p.bootstrap.map((address) => address.split("/")[2]),
        others,
      );
    }
    const again = await testnet(directory, hosts.join());
    assert.deepEqual(again.json(), { ...made.json(), existed: true });
  }));

Deno.test("testnet refuses a part of its homes, and homes for other addresses", () =>
  inDirectory(async (directory) => {
    await testnet(directory, hosts.join());
    const others = ["10.1.0.1,10.1.0.9", hosts.concat("10.1.0.4").join()];
    for (const list of others) {
      const refused = await testnet(directory, list);
      assert.equal(refused.code, 2, refused.stdout);
      assert.equal(refused.json().error.name, "USAGE");
    }
  }));
