import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Client, createClient, decodeAddress } from "../client/mod.ts";
import type { CoreExports } from "../core/mod.ts";
import { ErrorCode, fault, RustoriumError } from "../errors/mod.ts";
import type { Clock } from "../platform/mod.ts";
import { ValidatorSetSchema } from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { AccountProofSchema } from "../proto/gen/rustorium/v1/proof_pb.ts";

export interface AgreementOptions {
  /** Of all nodes. */
  rpcs: readonly string[];
  clock: Clock;
  core: CoreExports;
  genesisHash: Uint8Array;
  /** Height of the last transfer; every node must have executed it. */
  height: bigint;
  /** An account that changed. */
  address: Uint8Array;
}

/** What all nodes came to. */
export interface Agreement {
  /** A height that every node has, whose certified header carries the root. */
  height: bigint;
  stateRoot: string;
}

const WAIT_MS_MAX = 60_000;
const POLL_MS = 50;

/**
 * Makes sure that all nodes came to the same state. Each proves an account from
 * its own trees, which works only when their root stands in a certified header;
 * then the header of one height is compared. @throws SUPPLY_BROKEN, RPC_TIMEOUT
 */
export async function agree(options: AgreementOptions): Promise<Agreement> {
  const clients = options.rpcs.map((url) => createClient({ url }));
  const validators = await validatorSet(clients[0]!);
  const own = await Promise.all(
    clients.map((client, n) => ownRoot(client, n, { ...options, validators })),
  );
  const height = own.map((one) => one.height)
    .reduce((a, b) => a > b ? a : b);
  const certified = await Promise.all(clients.map(async (client) => {
    await until(
      options.clock,
      async () => (await client.status()).height >= height,
    );
    return (await client.block(height)).stateRoot;
  }));
  const roots = [...own.map(({ stateRoot }) => stateRoot), ...certified];
  const stateRoot = roots[0]!;
  const other = roots.findIndex((root) => root !== stateRoot);
  if (other >= 0) throw broken(other % clients.length, { height, roots });
  return { height, stateRoot };
}

/** The root of what a node holds, after it has executed everything. */
async function ownRoot(
  client: Client,
  node: number,
  { clock, core, height, address, ...chain }: AgreementOptions & {
    validators: Uint8Array;
  },
): Promise<Agreement> {
  await until(
    clock,
    async () => (await client.status()).executedHeight >= height,
  );
  const { proof } = await client.account(address, { prove: true })
    .catch((cause) => {
      throw broken(node, { why: "it cannot prove what it holds" }, cause);
    });
  try {
    const { genesisHash, validators } = chain;
    core.verifyAccountProof(genesisHash, validators, address, proof!);
  } catch (cause) {
    throw broken(node, { why: "its proof is wrong" }, cause);
  }
  const { certified } = fromBinary(AccountProofSchema, proof!);
  const header = certified!.block!.header!;
  return { height: header.height, stateRoot: header.stateRoot.toHex() };
}

/** As the genesis has it. */
async function validatorSet(client: Client): Promise<Uint8Array> {
  const { validators } = await client.validators();
  const set = create(ValidatorSetSchema, {
    validators: validators.map(({ address, publicKey, power }) => ({
      address: decodeAddress(address),
      publicKey: Uint8Array.fromHex(publicKey),
      power,
    })),
  });
  return toBinary(ValidatorSetSchema, set);
}

async function until(
  clock: Clock,
  isThere: () => Promise<boolean>,
): Promise<void> {
  const deadlineMs = clock.monotonic() + WAIT_MS_MAX;
  while (!await isThere()) {
    if (clock.monotonic() > deadlineMs) throw fault(ErrorCode.RPC_TIMEOUT);
    await clock.sleep(POLL_MS);
  }
}

function broken(node: number, detail: object, cause?: unknown) {
  return new RustoriumError(ErrorCode.SUPPLY_BROKEN, {
    message: `Node ${node} holds another state than the chain certified.`,
    detail: { ...detail },
    cause,
  });
}
