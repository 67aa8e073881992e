import { exampleConfig } from "../../config/mod.ts";
import type { Clock, Random } from "../../platform/types.ts";
import type { Genesis } from "../../proto/gen/rustorium/v1/state_pb.ts";
import { createFile, readIfThere } from "../files.ts";
import { genesisText, planGenesis } from "./genesis.ts";
import { pathsIn } from "./paths.ts";
import {
  type DevAccounts,
  type PlainKey,
  plainKeyOf,
  publicKeyOf,
  readDevAccounts,
  readNodeKey,
  readValidatorKey,
  secretText,
} from "./secrets.ts";

export const DEV_ACCOUNTS = 10;
export const DEV_BALANCE = 10n ** 15n;
export const FAUCET_BALANCE = 10n ** 18n;
export const VALIDATOR_POWER = 10n;

export interface Maker {
  clock: Clock;
  random: Random;
}

/** Makes the home of a dev chain, or what is missing of it. The genesis comes last: without it there is no chain. */
export async function makeDevHome(
  home: string,
  { clock, random }: Maker,
): Promise<void> {
  await prepare(home);
  const validator = await ensureValidator(home, random);
  await ensureNodeKey(home, random);
  const { accounts, faucet } = await ensureDevAccounts(home, random);
  const funded = accounts.map((key) => ({
    address: publicKeyOf(key),
    balance: DEV_BALANCE,
  }));
  const genesis = planGenesis({
    chainId: `rustorium-dev-${random.bytes(3).toHex()}`,
    timeMs: clock.now(),
    validators: [{ publicKey: publicKeyOf(validator), power: VALIDATOR_POWER }],
    accounts: [...funded, {
      address: publicKeyOf(faucet),
      balance: FAUCET_BALANCE,
    }],
  });
  await createFile(pathsIn(home).genesis, genesisText(genesis), 0o644);
}

export interface HomePlan {
  chainId: string;
  /** Who holds what; nobody given: the validator holds `SUPPLY`. */
  accounts: readonly { address: Uint8Array; balance: bigint }[];
  /** A chain that exists, to be joined, instead of a new one. */
  genesis?: Genesis;
  /** Multiaddrs of its nodes, for the configuration. */
  bootstrap?: readonly string[];
}

/** What a chain made without `--account` starts with, at the validator's address. */
export const SUPPLY = 10n ** 16n;

/** Makes the home of a node. */
export async function makeHome(
  home: string,
  plan: HomePlan,
  { clock, random }: Maker,
): Promise<{ genesis: Genesis; validator: PlainKey }> {
  await prepare(home, plan.bootstrap);
  const validator = await ensureValidator(home, random);
  await ensureNodeKey(home, random);
  const publicKey = publicKeyOf(validator);
  const genesis = plan.genesis ?? planGenesis({
    chainId: plan.chainId,
    timeMs: clock.now(),
    validators: [{ publicKey, power: VALIDATOR_POWER }],
    accounts: plan.accounts.length > 0
      ? plan.accounts
      : [{ address: publicKey, balance: SUPPLY }],
  });
  await createFile(pathsIn(home).genesis, genesisText(genesis), 0o644);
  return { genesis, validator };
}

export async function prepare(
  home: string,
  bootstrap: readonly string[] = [],
): Promise<void> {
  await Deno.mkdir(home, { recursive: true, mode: 0o700 });
  const config = exampleConfig({ "p2p.bootstrap": bootstrap });
  await createFile(pathsIn(home).config, config, 0o644);
}

export async function ensureValidator(
  home: string,
  random: Random,
): Promise<PlainKey> {
  const path = pathsIn(home).validatorKey;
  await createIfMissing(path, () => plainKeyOf(random.bytes(32)));
  return readValidatorKey(await Deno.readTextFile(path), path);
}

/** The secret key that peers know the node of `home` by; made when there is none. @throws KEY_MALFORMED. */
export async function ensureNodeKey(
  home: string,
  random: Random,
): Promise<Uint8Array> {
  const path = pathsIn(home).nodeKey;
  await createIfMissing(path, () => ({ secret_key: random.bytes(32).toHex() }));
  const key = readNodeKey(await Deno.readTextFile(path), path);
  return Uint8Array.fromHex(key.secret_key);
}

export async function ensureDevAccounts(
  home: string,
  random: Random,
): Promise<DevAccounts> {
  const path = pathsIn(home).devAccounts;
  await createIfMissing(path, () => ({
    accounts: Array.from(
      { length: DEV_ACCOUNTS },
      () => plainKeyOf(random.bytes(32)),
    ),
    faucet: plainKeyOf(random.bytes(32)),
  }));
  return readDevAccounts(await Deno.readTextFile(path), path);
}

async function createIfMissing(
  path: string,
  make: () => object,
): Promise<void> {
  if (await readIfThere(path) === undefined) {
    await createFile(path, secretText(make()), 0o600);
  }
}
