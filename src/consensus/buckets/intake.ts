import { ErrorCode } from "../../errors/mod.ts";
import type { Executor } from "../../execution/types.ts";
import type { Clock, Log, Network } from "../../platform/types.ts";
import { Channel, Topic } from "../channel.ts";

/** Envelopes that are forwarded at once. */
export const FORWARD_BYTES_MAX = 512 << 10;
/** That go as a message, without an answer. */
export const FORWARD_MESSAGE_BYTES_MAX = 16 << 10;
/** Being admitted at once, of one peer and of all; more is refused, and stays with the sender. */
const PEER_BYTES_MAX = 2 * FORWARD_BYTES_MAX;
const BYTES_MAX = 16 * FORWARD_BYTES_MAX;
/** What a chunk costs besides its bytes. */
const CHUNK_BYTES = 4 << 10;
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
  /** Bytes being admitted, by peer. */
  readonly #running = new Map<string, number>();
  /** Until when a peer is not listened to. */
  readonly #shunned = new Map<string, number>();
  #bytes = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
    const { network, log } = options;
    network.onRequest(Topic.forward, async (from, envelopes) => {
      await this.#take(from, envelopes);
      return new Uint8Array();
    });
    network.onMessage((from, channel, envelopes) => {
      if (channel !== Channel.forward) return;
      this.#take(from, envelopes).catch((error) =>
        log.debug("dropped what was forwarded", { from, error })
      );
    });
  }

  async #take(from: string, envelopes: Uint8Array): Promise<void> {
    const running = this.#running.get(from) ?? 0;
    const bytes = Math.max(envelopes.length, CHUNK_BYTES);
    if (envelopes.length > FORWARD_BYTES_MAX) throw new Error("too large");
    if (this.#isShunned(from)) throw new Error("not listening");
    if (
      running + bytes > PEER_BYTES_MAX || this.#bytes + bytes > BYTES_MAX
    ) throw new Error("busy");
    this.#running.set(from, running + bytes);
    this.#bytes += bytes;
    try {
      const { codes } = await this.#options.executor.submit(envelopes);
      const fault = codes.find((code) => FAULTS.has(code));
      if (fault !== undefined) this.#shun(from, fault);
    } finally {
      this.#bytes -= bytes;
      const left = this.#running.get(from)! - bytes;
      if (left > 0) this.#running.set(from, left);
      else this.#running.delete(from);
    }
  }

  #isShunned(peer: string): boolean {
    return this.#options.clock.monotonic() <
      (this.#shunned.get(peer) ?? -Infinity);
  }

  #shun(peer: string, code: number): void {
    const { clock, log, network } = this.#options;
    network.rate?.(peer, "invalid");
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
