/** More transactions than validators can take, and what they do about it. */
import assert from "node:assert/strict";
import fs from "node:fs";
import type { Client } from "../../mod.ts";
import { findError } from "../../src/errors/mod.ts";
import { type Signer, signTransfer } from "./sign.ts";
import { pause } from "./wait.ts";

/** Transfers of one request: so many of each of the sender's accounts. */
const NONCES = 20;
const WATCH_MS = 250;
/** Refusals that a flood must expect; any other code is a fault. */
const PASSING = ["MEMPOOL_FULL", "SENDER_QUOTA", "RPC_BUSY"];

/** A node that is flooded, and the accounts that send over it. */
export interface Flooded {
  rpc: string;
  client: Client;
  pid: number;
  signers: Signer[];
}

export interface FloodReport {
  /** Envelopes handed to the nodes, repeated ones included. */
  offered: number;
  /** Transfers of each account that were admitted, by node. */
  admitted: number[][];
  /** Answers by the name of their code. */
  refused: Map<string, number>;
  /** Refusals that did not say when to come back. */
  withoutHint: number;
  /** The longest between two blocks, by their own times. */
  blockGapMs: number;
  /** The longest that any node showed one height: that its door is slow counts as well. */
  standstillMs: number;
  /** The most that any node had in memory. */
  residentBytes: number;
}

/** Floods the nodes for a while, each over several connections; whoever is refused comes back at once. */
export async function flood(
  nodes: readonly Flooded[],
  { seconds, connections }: { seconds: number; connections: number },
): Promise<FloodReport> {
  const report: FloodReport = {
    ...{ offered: 0, withoutHint: 0 },
    ...{ blockGapMs: 0, standstillMs: 0, residentBytes: 0 },
    admitted: nodes.map(({ signers }) => signers.map(() => 0)),
    refused: new Map(),
  };
  const end = performance.now() + seconds * 1_000;
  const { height } = await nodes[0]!.client.status();
  const validUntil = height + 900n;
  const senders = nodes.flatMap((node, at) =>
    Array.from({ length: connections }, (_, connection) => {
      const own = node.signers.map((_, account) => account)
        .filter((account) => account % connections === connection);
      const sender = new Sender(node, own, report.admitted[at]!, validUntil);
      return sender.run(report, end);
    })
  );
  await Promise.all([
    ...senders,
    ...nodes.map((node) => watch(node, report, end)),
  ]);
  report.blockGapMs = await longestGap(nodes[0]!.client, height);
  return report;
}

/** Between the blocks from a height to the last one. */
async function longestGap(client: Client, from: bigint): Promise<number> {
  const { height: to } = await client.status();
  let [gap, last] = [0, Infinity];
  for (let height = from || 1n; height <= to; height++) {
    const { timeMs } = await client.block(height);
    gap = Math.max(gap, timeMs - last);
    last = timeMs;
  }
  return gap;
}

/** One connection: the next transfers of its accounts, until all are admitted, and so on. */
class Sender {
  readonly #node: Flooded;
  readonly #accounts: readonly number[];
  readonly #admitted: number[];
  readonly #validUntil: bigint;

  constructor(
    node: Flooded,
    accounts: readonly number[],
    admitted: number[],
    validUntil: bigint,
  ) {
    this.#node = node;
    this.#accounts = accounts;
    this.#admitted = admitted;
    this.#validUntil = validUntil;
  }

  async run(report: FloodReport, end: number): Promise<void> {
    const chain = await this.#node.client.chain();
    while (performance.now() < end) {
      let waiting = this.#accounts.flatMap((account) =>
        Array.from({ length: NONCES }, (_, n) => ({
          account,
          envelope: signTransfer(chain, this.#node.signers[account]!, {
            nonce: this.#admitted[account]! + n,
            validUntil: this.#validUntil,
          }),
        }))
      );
      while (waiting.length > 0 && performance.now() < end) {
        const codes = await this.#post(
          waiting.map(({ envelope }) => envelope),
          report,
        );
        waiting = waiting.filter(({ account }, at) => {
          if (codes[at] !== 0) return true;
          this.#admitted[account]!++;
          return false;
        });
      }
    }
  }

  /** The code of each envelope; counts what is refused. */
  async #post(
    envelopes: Uint8Array<ArrayBuffer>[],
    report: FloodReport,
  ): Promise<number[]> {
    report.offered += envelopes.length;
    const response = await fetch(`${this.#node.rpc}/submit`, {
      method: "POST",
      body: new Blob(envelopes),
    });
    const codes = response.ok
      ? codesOf(new Uint8Array(await response.arrayBuffer()), envelopes.length)
      : [(await response.json()).error.data.code as number];
    for (const code of codes.filter((code) => code !== 0)) {
      const name = findError(code)?.name ?? String(code);
      assert.ok(PASSING.includes(name), name);
      report.refused.set(name, (report.refused.get(name) ?? 0) + 1);
    }
    const isRefused = codes.some((code) => code !== 0);
    if (isRefused && !response.headers.has("retry-after")) report.withoutHint++;
    return codes;
  }
}

/** The codes of an answer of POST /submit. */
export function codesOf(answer: Uint8Array, count: number): number[] {
  const view = new DataView(answer.buffer, count * 32);
  return Array.from(
    { length: count },
    (_, at) => view.getUint32(at * 4, true),
  );
}

/** Looks at height and memory of a node. */
async function watch(
  { client, pid }: Flooded,
  report: FloodReport,
  end: number,
): Promise<void> {
  let height = 0n;
  let since = performance.now();
  while (performance.now() < end) {
    const status = await client.status().catch(() => undefined);
    const now = performance.now();
    if (status && status.height > height) {
      [height, since] = [status.height, now];
    }
    report.standstillMs = Math.max(report.standstillMs, now - since);
    const resident = residentBytes(pid);
    report.residentBytes = Math.max(report.residentBytes, resident);
    await pause(WATCH_MS);
  }
}

/** Memory of a process, where the system says so. */
export function residentBytes(pid: number): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024;
}
