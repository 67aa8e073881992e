import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  ValidatorSchema,
  ValidatorSetSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import {
  type Genesis,
  GenesisSchema,
  type Parameters,
} from "../proto/gen/rustorium/v1/state_pb.ts";
import { core, type TestKey, testKey } from "./core.ts";
import { testGenesis } from "./genesis.ts";

/** Of the state. */
const SLOTS = 256;
/** Accounts that send; others only hold what they have. */
const SENDERS_MAX = 8;
/** Numbers of the senders' keys, beyond those of all validators. */
const FIRST_SENDER = 100;

/** An account that sends, and what it has at genesis. */
export interface Sender {
  key: TestKey;
  balance: bigint;
}

/** A chain of which the simulator has all the keys that it needs. */
export interface SimChain {
  /** Encoding of `rustorium.v1.Genesis`. */
  genesis: Uint8Array;
  genesisHash: Uint8Array;
  parameters: Parameters;
  validators: { key: TestKey; power: bigint }[];
  senders: Sender[];
  /** The sum of all balances, for ever. */
  supply: bigint;
}

export interface NewChainOptions {
  /** Accounts that send; as many as validators. */
  accounts?: number;
  /** In the place of those of a test. */
  parameters?: Partial<Parameters>;
}

/** A chain whose validators, at most a hundred, have these powers. */
export function newChain(
  powers: readonly bigint[],
  { accounts = powers.length, parameters = {} }: NewChainOptions = {},
): SimChain {
  const keys = powers.map((_, at) => testKey(core, at + 1));
  const senders = Array.from(
    { length: accounts },
    (_, at) => testKey(core, at + 1 + FIRST_SENDER),
  );
  const plan = fromBinary(GenesisSchema, testGenesis(keys, senders));
  Object.assign(plan.parameters!, parameters);
  plan.validators!.validators = ordered(keys, powers);
  return chainOf(plan, keys, senders);
}

/** A chain with the parameters, powers and balances of another one; the keys of validators and of the richest accounts are the simulator's. Throws GENESIS_INVALID. */
export function chainLike(genesis: Genesis): SimChain {
  check(toBinary(GenesisSchema, genesis));
  const powers = genesis.validators!.validators.map((one) => one.power);
  const keys = powers.map((_, at) => testKey(core, at + 1));
  const richest = genesis.accounts.toSorted((one, other) =>
    Number(other.balance - one.balance)
  );
  const senders = richest.slice(0, SENDERS_MAX).map((_, at) =>
    testKey(core, at + 1 + FIRST_SENDER)
  );
  const accounts = richest.map((account, at) => ({
    ...account,
    address: senders[at]?.publicKey ?? account.address,
  }));
  const plan = create(GenesisSchema, {
    ...genesis,
    validators: create(ValidatorSetSchema, {
      validators: ordered(keys, powers),
    }),
    accounts: accounts.toSorted((one, other) =>
      one.address.toHex() < other.address.toHex() ? -1 : 1
    ),
  });
  return chainOf(plan, keys, senders);
}

function check(genesis: Uint8Array): void {
  new core.Coordinator(genesis, new Uint8Array(SLOTS)).free();
}

function chainOf(plan: Genesis, keys: TestKey[], senders: TestKey[]): SimChain {
  const genesis = toBinary(GenesisSchema, plan);
  const { validators } = plan.validators!;
  return {
    genesis,
    genesisHash: core.genesisHash(genesis),
    parameters: plan.parameters!,
    validators: keys.map((key) => ({
      key,
      power:
        validators.find((one) =>
          one.publicKey.toHex() === key.publicKey.toHex()
        )!.power,
    })),
    senders: senders.map((key) => ({
      key,
      balance:
        plan.accounts.find((one) =>
          one.address.toHex() === key.publicKey.toHex()
        )!.balance,
    })),
    supply: plan.accounts.reduce((sum, one) => sum + one.balance, 0n),
  };
}

/** The strongest first, as the format asks for. */
function ordered(keys: readonly TestKey[], powers: readonly bigint[]) {
  return keys.map(({ publicKey }, at) =>
    create(ValidatorSchema, {
      address: publicKey,
      publicKey,
      power: powers[at]!,
    })
  ).toSorted((one, other) =>
    Number(other.power - one.power) ||
    (one.address.toHex() < other.address.toHex() ? -1 : 1)
  );
}
