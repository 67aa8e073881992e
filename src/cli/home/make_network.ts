import { createFile } from "../files.ts";
import { type Crowd, genesisWithCrowd } from "./crowd.ts";
import { genesisText, planGenesis } from "./genesis.ts";
import {
  DEV_BALANCE,
  ensureDevAccounts,
  ensureNodeKey,
  ensureValidator,
  FAUCET_BALANCE,
  type Maker,
  prepare,
  VALIDATOR_POWER,
} from "./make.ts";
import { pathsIn } from "./paths.ts";
import { publicKeyOf } from "./secrets.ts";

/** One node of a network whose homes lie on one machine. */
export interface NetworkHome {
  home: string;
  /** The text of its `config.toml`, given the secret node keys of all, in their order. */
  config: (nodeSeeds: readonly Uint8Array[]) => string;
}

/** Who holds how much at the start, besides the accounts of a dev chain. */
export type Funded = readonly { address: Uint8Array; balance: bigint }[];

/**
 * Makes the homes of a chain whose validators they are, all with the same
 * power, and with ten funded accounts besides `funded`. With a crowd the genesis
 * lies there as bytes: as text it would take minutes, or be too long. The first has the accounts and the
 * faucet: two nodes that pay from one account would take each other's nonces.
 */
export async function makeNetworkHomes(
  nodes: readonly [NetworkHome, ...NetworkHome[]],
  chainId: string,
  { clock, random }: Maker,
  funded: Funded | Crowd = [],
): Promise<void> {
  const homes = nodes.map(({ home }) => home);
  for (const home of homes) {
    await Deno.mkdir(home, { recursive: true, mode: 0o700 });
  }
  const seeds = await Promise.all(
    homes.map((home) => ensureNodeKey(home, random)),
  );
  for (const { home, config } of nodes) {
    await createFile(pathsIn(home).config, config(seeds), 0o644);
    await prepare(home);
  }
  const validators = await Promise.all(
    homes.map((home) => ensureValidator(home, random)),
  );
  const { accounts, faucet } = await ensureDevAccounts(nodes[0].home, random);
  const isCrowd = "addresses" in funded;
  const genesis = planGenesis({
    chainId,
    timeMs: clock.now(),
    validators: validators.map((key) => ({
      publicKey: publicKeyOf(key),
      power: VALIDATOR_POWER,
    })),
    accounts: [
      ...accounts.map((key) => ({
        address: publicKeyOf(key),
        balance: DEV_BALANCE,
      })),
      { address: publicKeyOf(faucet), balance: FAUCET_BALANCE },
      ...isCrowd ? [] : funded,
    ],
  });
  const content = isCrowd
    ? genesisWithCrowd(genesis, funded)
    : genesisText(genesis);
  for (const home of homes) {
    const { genesis, genesisBytes } = pathsIn(home);
    await createFile(isCrowd ? genesisBytes : genesis, content, 0o644);
  }
}
