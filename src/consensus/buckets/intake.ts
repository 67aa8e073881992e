import { ErrorCode } from "../../errors/mod.ts";
import type { Executor } from "../../execution/types.ts";
import type { Clock, Log, Network } from "../../platform/types.ts";
import { Topic } from "../channel.ts";

/** Envelopes that are forwarded at once. */
export const FORWARD_BYTES_MAX = 512 << 10;
/** Being admitted at once, of one peer and of all; more is refused, and stays with the sender. */
const PEER_RUNNING_MAX = 2;
const RUNNING_MAX = 16;
/** Peers that are not listened to; of more the earliest is forgotten. */
const SHUNNED_MAX = 256;
const SHUN_MS = 60_000;

/** What nobody forwards who has looked at it. */
const FAULTS: ReadonlySet<number> = new Set([
  ErrorCode.TRANSACTION_MALFORMED,
  ErrorCode.TRANSACTION_TOO_LARGE,
  ErrorCode.BODY_NOT_CANONICAL,
  ErrorCode.WRONG_CHAIN,
  ErrorCode.KEY_MALFORMED,
  ErrorCode.SIGNATURE_INVALID,
]);

export interface IntakeOptions {
  clock: Clock;
  log: Log;
  network: Network;
  executor: Executor;
}

/** Takes transactions that other nodes forward. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #running = new Map<string, number>();
  /** Until when a peer is not listened to. */
  readonly #shunned = new Map<string, number>();
  #count = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
    options.network.onRequest(
      Topic.forward,
      (from, envelopes) => this.#take(from, envelopes),
    );
  }

  async #take(from: string, envelopes: Uint8Array): Promise<Uint8Array> {
    const running = this.#running.get(from) ?? 0;
    if (envelopes.length > FORWARD_BYTES_MAX) throw new Error("too large");
    if (this.#isShunned(from)) throw new Error("not listening");
    if (running >= PEER_RUNNING_MAX || this.#count >= RUNNING_MAX) {
      throw new Error("busy");
    }
    this.#running.set(from, running + 1);
    this.#count++;
    try {
      const { codes } = await this.#options.executor.submit(envelopes);
      const fault = codes.find((code) => FAULTS.has(code));
      if (fault !== undefined) this.#shun(from, fault);
      return new Uint8Array();
    } finally {
      this.#count--;
      const left = this.#running.get(from)! - 1;
      if (left > 0) this.#running.set(from, left);
      else this.#running.delete(from);
    }
  }

  #isShunned(peer: string): boolean {
    return this.#options.clock.monotonic() <
      (this.#shunned.get(peer) ?? -Infinity);
  }

  #shun(peer: string, code: number): void {
    const { clock, log } = this.#options;
    log.warn("a peer forwards transactions that nobody may admit", {
      peer,
      code: ErrorCode[code],
      notHeardMs: SHUN_MS,
    });
    this.#shunned.delete(peer);
    this.#shunned.set(peer, clock.monotonic() + SHUN_MS);
    if (this.#shunned.size <= SHUNNED_MAX) return;
    const [earliest] = this.#shunned.keys();
    this.#shunned.delete(earliest!);
  }
}
