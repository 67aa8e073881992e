import { ErrorCode, fault } from "../../errors/mod.ts";
import { createWallet, type Hash, type Wallet } from "../../client/mod.ts";
import { fromBinary } from "@bufbuild/protobuf";
import { AccountSchema } from "../../proto/gen/rustorium/v1/state_pb.ts";
import type { NodeView } from "./node_view.ts";

/** A lane of its own, so that other uses of the same account do not get in the way. */
const LANE = 7;
const VALIDITY_BLOCKS = 50n;

/** Gives coins of a development chain away. */
export interface Faucet {
  /** Requests being answered. */
  inFlight: number;
  /** Asks the chain for the next nonce again: a payment did not get through. */
  forgetNonce(): void;
  /** Submits the payment; it is final when the transaction is. */
  pay(
    view: NodeView,
    to: Uint8Array,
    amount: bigint | undefined,
  ): Promise<Hash>;
}

export interface FaucetOptions {
  seed: Uint8Array;
  /** What a request without an amount gets. */
  amount: bigint;
  amountMax: bigint;
}

/** A faucet that pays from the account of `seed`, one payment being made at a time. */
export function createFaucet(
  { seed, amount: usual, amountMax }: FaucetOptions,
): Faucet {
  const wallet = createWallet(seed);
  let last: Promise<unknown> = Promise.resolve();
  let nonce: bigint | undefined;

  const submit = async (view: NodeView, to: Uint8Array, amount: bigint) => {
    nonce ??= await nextNonce(view, wallet);
    const { facts, heads } = view;
    const { envelope, hash } = await wallet.transfer(
      facts,
      { to, amount, lane: LANE, nonce, validUntil: validUntil(view) },
    );
    const { codes } = await view.backend.executor.submit(envelope);
    const code = codes[0] ?? ErrorCode.RPC_INTERNAL;
    if (code !== 0) {
      // Whatever made the count wrong, the chain knows the right one.
      nonce = undefined;
      throw fault(ErrorCode.FAUCET_UNAVAILABLE, {
        code,
        height: String(heads.decided),
      });
    }
    nonce++;
    return hash;
  };

  return {
    inFlight: 0,
    forgetNonce() {
      nonce = undefined;
    },
    pay(view, to, amount = usual) {
      if (amount > amountMax) {
        throw fault(ErrorCode.FAUCET_UNAVAILABLE, {
          amount_max: String(amountMax),
        });
      }
      const payment = last.then(() => submit(view, to, amount));
      last = payment.catch(() => undefined);
      return payment;
    },
  };
}

function validUntil({ facts, heads }: NodeView): bigint {
  const most = facts.parameters.validityBlocksMax;
  return heads.decided + (VALIDITY_BLOCKS < most ? VALIDITY_BLOCKS : most);
}

async function nextNonce(view: NodeView, wallet: Wallet): Promise<bigint> {
  const { account } = await view.backend.executor.account(wallet.publicKey);
  if (!account) return 0n;
  const { lanes } = fromBinary(AccountSchema, account);
  return lanes.find(({ lane }) => lane === LANE)?.nonce ?? 0n;
}
