/** Transfers from many senders at once, and a book of which were acknowledged. */
import assert from "node:assert/strict";
import {
  type ChainInfo,
  type Client,
  createWallet,
  type Hash,
  type Wallet,
} from "../../mod.ts";
import type { DevAccount } from "../harness.ts";
import { pause } from "./wait.ts";

/** A transfer that the node called final. */
export interface Acknowledged {
  hash: Hash;
  height: bigint;
}

export interface Load {
  acknowledged: Acknowledged[];
  /** Transfers handed to the node, acknowledged or not. */
  submitted: number;
}

const VALIDITY_BLOCKS = 500n;
const GO_ON_MS_MAX = 60_000;
const GO_ON_LOOK_MS = 10;

/** One sender in one lane: sends, waits until final, sends again. */
async function sendOn(
  client: Client,
  { chain, wallet, lane, to, load }: {
    chain: ChainInfo;
    wallet: Wallet;
    lane: number;
    to: Uint8Array;
    load: Load;
  },
  signal: AbortSignal,
) {
  const account = await client.account(wallet.address, { signal });
  let nonce = account.lanes.find((one) => one.lane === lane)?.nonce ?? 0n;
  while (!signal.aborted) {
    const { height } = await client.status({ signal });
    const { envelope, hash } = await wallet.transfer(chain, {
      ...{ to, lane, nonce, amount: 1n },
      validUntil: height + VALIDITY_BLOCKS,
    });
    load.submitted++;
    await client.submit(envelope, { signal });
    const done = await client.wait(hash, { signal });
    assert.equal(done.code, 0, done.codeName);
    load.acknowledged.push({ hash, height: done.height });
    nonce++;
  }
}

/** Whether one more is acknowledged within a minute; waits for it. */
export async function goesOn({ acknowledged }: Load): Promise<boolean> {
  const { length } = acknowledged;
  const end = performance.now() + GO_ON_MS_MAX;
  while (acknowledged.length === length && performance.now() < end) {
    await pause(GO_ON_LOOK_MS);
  }
  return acknowledged.length > length;
}

/** Errors that a client may see when its node is killed. */
const GONE = new Set(["RPC_UNREACHABLE", "RPC_TIMEOUT"]);

/** Throws what a sender failed with, unless its node was killed or the load ended. */
export function assertOnlyGone(results: PromiseSettledResult<void>[]) {
  for (const result of results) {
    if (result.status === "fulfilled") continue;
    const { codeName, name } = result.reason;
    const isExpected = name === "AbortError" || GONE.has(codeName);
    assert.ok(isExpected, `a sender failed: ${codeName ?? result.reason}`);
  }
}

/**
 * Loads a node from every account in several lanes until the signal ends it or
 * the node is gone. Whatever was acknowledged stands in `load`.
 */
export async function runLoad(
  client: Client,
  accounts: DevAccount[],
  { lanes, firstLane = 0, to, load }: {
    lanes: number;
    firstLane?: number;
    to: Uint8Array;
    load: Load;
  },
  signal: AbortSignal,
) {
  const chain = await client.chain();
  const senders = accounts.flatMap(({ secret_key }) => {
    const wallet = createWallet(secret_key);
    return Array.from({ length: lanes }, (_, at) => {
      const sender = { chain, wallet, lane: firstLane + at, to, load };
      return sendOn(client, sender, signal);
    });
  });
  return await Promise.allSettled(senders);
}
