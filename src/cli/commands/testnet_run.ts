import { join } from "node:path";
import { genesisHead } from "../../genesis/mod.ts";
import { systemClock, systemRandom } from "../../platform/mod.ts";
import { usage } from "../failure.ts";
import {
  isHome,
  makeNetworkHomes,
  type NetworkHome,
  openHome,
} from "../home/mod.ts";
import { addressOfHost, configOfHost } from "../localnet/mod.ts";
import type { Output } from "../output.ts";
import { table } from "../table.ts";
import type { TestnetOptions } from "./testnet.ts";

/** Makes the homes that are not there, and says what is in them. */
export async function runTestnet(
  output: Output,
  { hosts, home, ...settings }: TestnetOptions,
): Promise<void> {
  const homes = hosts.map((_, index) => join(home, `node${index}`));
  const there = await Promise.all(homes.map(isHome));
  const existed = there.every(Boolean);
  if (!existed && there.some(Boolean)) {
    throw usage(
      `${home} holds a part of these homes only; remove it, or choose another --home.`,
    );
  }
  if (!existed) {
    const [first, ...others] = homes.map((home, index): NetworkHome => ({
      home,
      config: (seeds) => configOfHost(index, hosts, seeds, settings),
    }));
    const random = systemRandom();
    await makeNetworkHomes(
      [first!, ...others],
      `rustorium-test-${random.bytes(3).toHex()}`,
      { clock: systemClock(), random },
    );
  }
  const opened = await Promise.all(homes.map(openHome));
  const other = opened.findIndex(({ config }, index) =>
    !config.p2p.announce.includes(addressOfHost(hosts[index]!))
  );
  if (other >= 0) {
    throw usage(
      `${homes[other]} was made for another address than ${
        hosts[other]
      }; choose another --home.`,
    );
  }
  const { genesisBytes, dev } = opened[0]!;
  const nodes = homes.map((home, index) => ({ home, host: hosts[index]! }));
  const { chainId } = genesisHead(genesisBytes);
  await output.result(
    { chain_id: chainId, existed, nodes, accounts: dev?.accounts ?? [] },
    () =>
      table(
        [chainId, "Address"],
        nodes.map(({ home, host }) => [home, host]),
      ),
  );
}
