import { fromBinary } from "@bufbuild/protobuf";
import {
  type Account,
  type Client,
  createLightClient,
  type LightClient,
  type Transaction,
} from "../client/mod.ts";
import {
  ErrorCode,
  fault,
  RustoriumError,
  toRustoriumError,
} from "../errors/mod.ts";
import { AccountProofSchema } from "../proto/gen/rustorium/v1/proof_pb.ts";
import { Exit, exitCodeOf } from "./exit.ts";
import { readIfThere } from "./files.ts";
import { genesisBytes, parseGenesis, pathsIn } from "./home/mod.ts";
import type { Output } from "./output.ts";

/** Where the trust starts: a genesis file, else that of the home, else what the node says. */
export interface TrustOptions {
  genesis?: string;
  home: string;
}

/** An account that the validators vouch for. */
export interface ProvedAccount {
  account: Account;
  /** Of the block whose header carries the state root. */
  height: bigint;
  /** That state root. */
  appHash: string;
}

/** Asks for an account with its proof and verifies it. @throws PROOF_INVALID, CERTIFICATE_…, GENESIS_INVALID. */
export async function proveAccount(
  output: Output,
  client: Client,
  address: string,
  options: TrustOptions,
): Promise<ProvedAccount> {
  const [light, { proof }] = await Promise.all([
    lightClient(output, client, options),
    client.account(address, { prove: true }),
  ]);
  if (proof === undefined) throw withoutProof();
  const account = believing(() => light.verifyAccount(address, proof));
  const header = fromBinary(AccountProofSchema, proof).certified!.block!
    .header!;
  return { account, height: header.height, appHash: header.stateRoot.toHex() };
}

/** Asks for a transaction with its proof and verifies where it is and what became of it. @throws as `proveAccount`. */
export async function proveTransaction(
  output: Output,
  client: Client,
  hash: string,
  options: TrustOptions,
): Promise<Transaction> {
  const [light, transaction] = await Promise.all([
    lightClient(output, client, options),
    client.transaction(hash, { prove: true }),
  ]);
  const { proof, ...told } = transaction;
  if (proof === undefined) throw withoutProof();
  const { height, receipt } = believing(() =>
    light.verifyTransaction(hash, proof)
  );
  const same = height === told.height && receipt?.code === told.code &&
    receipt.charged === told.charged && receipt.gasUsed === told.gasUsed &&
    receipt.fee === told.fee;
  if (same) return told;
  throw fault(
    ErrorCode.PROOF_INVALID,
    "the proof shows another result than the node tells",
  );
}

/** Bytes that cannot even be read prove nothing either. */
function believing<T>(verify: () => T): T {
  try {
    return verify();
  } catch (thrown) {
    const error = toRustoriumError(thrown, ErrorCode.PROOF_INVALID);
    if (exitCodeOf(error.code) === Exit.untrusted) throw error;
    throw new RustoriumError(ErrorCode.PROOF_INVALID, {
      detail: `${error.codeName}: ${error.detail ?? error.message}`,
      cause: error,
    });
  }
}

function withoutProof(): RustoriumError {
  return fault(ErrorCode.PROOF_INVALID, "the node gave no proof");
}

async function lightClient(
  output: Output,
  client: Client,
  options: TrustOptions,
): Promise<LightClient> {
  const genesis = await trustedGenesis(output, client, options);
  return await createLightClient({ genesis });
}

/** What the trust starts from. @throws CERTIFICATE_INVALID when it is another chain than the node's. */
async function trustedGenesis(
  output: Output,
  client: Client,
  options: TrustOptions,
): Promise<Uint8Array> {
  const [own, { raw }] = await Promise.all([
    ownGenesis(options),
    client.genesis(),
  ]);
  if (own === undefined) {
    output.note(
      "Trusting the genesis that the node gave; name your own with --genesis to trust nothing but the validators.",
    );
    return raw;
  }
  if (own.bytes.toHex() === raw.toHex()) return raw;
  throw new RustoriumError(ErrorCode.CERTIFICATE_INVALID, {
    message:
      `The node runs another chain than the one of ${own.path}; name the right genesis with --genesis or --home.`,
  });
}

/** The genesis of the file or the home that the options name. */
async function ownGenesis(
  { genesis, home }: TrustOptions,
): Promise<{ path: string; bytes: Uint8Array } | undefined> {
  const path = genesis ?? pathsIn(home).genesis;
  const text = genesis === undefined
    ? await readIfThere(path)
    : await Deno.readTextFile(path);
  return text === undefined
    ? undefined
    : { path, bytes: genesisBytes(parseGenesis(text, path)) };
}
