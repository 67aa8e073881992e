import { type Config, parseConfig } from "../../config/mod.ts";
import { ErrorCode, fault, RustoriumError } from "../../errors/mod.ts";
import { isThere, readBytesIfThere, readIfThere } from "../files.ts";
import { encodedGenesis } from "./encoded.ts";
import { type HomePaths, pathsIn } from "./paths.ts";
import {
  type DevAccounts,
  readDevAccounts,
  readValidatorKey,
} from "./secrets.ts";

/** A home, read and checked. */
export interface Home {
  directory: string;
  config: Config;
  /** The encoding of the genesis. */
  genesisBytes: Uint8Array<ArrayBuffer>;
  validatorSeed: Uint8Array<ArrayBuffer>;
  /** In base64; only nodes of permissioned networks have one. */
  nodeCertificate?: string;
  /** Of a dev chain only. */
  dev: DevAccounts | undefined;
}

/** Whether a chain was made in `home`. */
export async function isHome(home: string): Promise<boolean> {
  const { genesis, genesisBytes } = pathsIn(home);
  return await isThere(genesis) || await isThere(genesisBytes);
}

/** Reads a home. @throws HOME_MISSING, CONFIG_…, GENESIS_INVALID, KEY_MALFORMED. */
export async function openHome(home: string): Promise<Home> {
  const paths = pathsIn(home);
  const { nodeCertificate: certificate } = paths;
  const [config, key, dev, nodeCertificate] = await Promise.all(
    [paths.config, paths.validatorKey, paths.devAccounts, certificate]
      .map(readIfThere),
  );
  const genesis = await readGenesis(paths);
  if (genesis === undefined) throw fault(ErrorCode.HOME_MISSING, { home });
  if (key === undefined) {
    throw new RustoriumError(ErrorCode.HOME_MISSING, {
      message:
        `${paths.validatorKey} is missing; restore the validator's key from a backup.`,
    });
  }
  return {
    directory: home,
    config: parseConfig(config ?? "", paths.config),
    // Not kept as objects: a million accounts would take a gigabyte.
    genesisBytes: genesis,
    validatorSeed: Uint8Array.fromHex(
      readValidatorKey(key, paths.validatorKey).secret_key,
    ),
    ...(nodeCertificate !== undefined && { nodeCertificate }),
    dev: dev === undefined
      ? undefined
      : readDevAccounts(dev, paths.devAccounts),
  };
}

/** The encoding; undefined where there is none. @throws GENESIS_INVALID. */
async function readGenesis(
  paths: HomePaths,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const text = await readBytesIfThere(paths.genesis);
  return text === undefined
    ? await readBytesIfThere(paths.genesisBytes)
    : await encodedGenesis(text, paths);
}
