import { decodeAddress, genesisHashOf } from "../../client/mod.ts";
import { parseConfig } from "../../config/mod.ts";
import { systemClock, systemRandom } from "../../platform/mod.ts";
import type { Genesis } from "../../proto/gen/rustorium/v1/state_pb.ts";
import { usage } from "../failure.ts";
import {
  checkChainId,
  genesisBytes,
  isHome,
  makeHome,
  parseGenesis,
} from "../home/mod.ts";
import type { Output } from "../output.ts";
import { record } from "../table.ts";
import { amount, short } from "../values.ts";
import type { InitOptions } from "./init.ts";

/** Makes the home and says what is in it. */
export async function runInit(
  output: Output,
  options: InitOptions,
): Promise<void> {
  const { home } = options;
  if (await isHome(home)) {
    throw usage(`There is a chain in ${home} already; choose another --home.`);
  }
  const random = systemRandom();
  const chainId = options.chainId !== undefined
    ? checkChainId(options.chainId)
    : `rustorium-${random.bytes(3).toHex()}`;
  const plan = {
    chainId,
    accounts: accountsOf(options.account),
    genesis: await genesisOf(options),
    bootstrap: bootstrapOf(options),
  };
  const made = await makeHome(home, plan, { clock: systemClock(), random });
  const own = decodeAddress(made.validator.address).toHex();
  const isValidator =
    made.genesis.validators?.validators.some(({ address }) =>
      address.toHex() === own
    ) ?? false;
  const result = {
    home,
    chain_id: made.genesis.chainId,
    genesis_hash: genesisHashOf(genesisBytes(made.genesis)).toHex(),
    validator: isValidator ? made.validator.address : null,
  };
  await output.result(result, () =>
    record(Object.entries({
      ...result,
      validator: result.validator ?? "no, it follows the chain",
    })));
  output.note(
    `\nNext: read ${home}/config.toml, then run: start --home ${home}`,
  );
}

/** Checked here: a home with a wrong address would not start. */
function bootstrapOf({ genesis, bootstrap }: InitOptions): string[] {
  if (bootstrap.length > 0 && genesis === undefined) {
    throw usage(
      "--bootstrap is for a chain that exists; give its genesis with --genesis.",
    );
  }
  try {
    parseConfig(`[p2p]\nbootstrap = ${JSON.stringify(bootstrap)}`, "");
  } catch {
    throw usage(
      "--bootstrap is a multiaddr like /ip4/203.0.113.7/udp/26656/quic-v1/p2p/12D3KooW… or /dns4/node.example.org/udp/26656/quic-v1.",
    );
  }
  return bootstrap;
}

async function genesisOf(
  { genesis, chainId, account }: InitOptions,
): Promise<Genesis | undefined> {
  if (genesis === undefined) return undefined;
  if (chainId !== undefined || account.length > 0) {
    throw usage(
      "--genesis is a chain that exists; leave out --chain-id and --account.",
    );
  }
  return parseGenesis(await Deno.readTextFile(genesis), genesis);
}

function accountsOf(texts: readonly string[]) {
  const accounts = new Map<string, { address: Uint8Array; balance: bigint }>();
  for (const text of texts) {
    const [, address, units] = /^([^=]*)=(.*)$/.exec(text) ?? [];
    if (address === undefined || units === undefined) {
      throw usage(
        `--account is an address and an amount, rst1…=1000, not "${
          short(text)
        }".`,
      );
    }
    const bytes = decodeAddress(address);
    if (accounts.has(bytes.toHex())) {
      throw usage(`--account names ${address} twice.`);
    }
    accounts.set(bytes.toHex(), { address: bytes, balance: amount(units) });
  }
  return [...accounts.values()];
}
