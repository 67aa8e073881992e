import { BATCH_VALID_BLOCKS, type CoreExports } from "../../core/mod.ts";
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Clock, Log, Network, Timer } from "../../platform/types.ts";
import type { Store } from "../../storage/types.ts";
import { Channel, Topic } from "../channel.ts";
import type { History } from "../history.ts";
import type { Validators } from "../validators.ts";
import { type Announcements, DIGESTS_MAX } from "./announcement.ts";
import { Announcer } from "./announcer.ts";
import type { OwnBatch } from "./author.ts";
import { PAYLOAD_BYTES_MAX } from "./cut.ts";
import { type BatchFacts, type NamedBatch, readBatch } from "./entry.ts";
import type { Fetcher } from "./fetcher.ts";
import type { BatchPool } from "./pool.ts";
import type { RefusedBatches } from "./refused.ts";
import type { Storing } from "./storing.ts";

/** With its header. */
const BATCH_BYTES_MAX = PAYLOAD_BYTES_MAX + 1_024;
/** Batches that are being checked; more are dropped, and fetched when a block names them. */
const CHECKS_MAX = 64;
/** A batch that is announced and did not come by then is asked for, again where the peer lacks it: whoever passes an announcement on may be about to get the batch. */
const FETCH_AFTER_MS = 300;
/** Those that are announced so soon after the first are asked for with it. */
const FETCH_TOGETHER_MS = 100;
const FETCH_AGAIN_AFTER_MS = [300, 600, 1_200];
const FETCHES_MAX = 64;
/** Without a block for so long, what is held is said again. */
const REPEAT_MS = 1_000;
/** Where its author did not sign for one of these faults, whoever sends the batch has made it. */
const SPOILED: ReadonlySet<number> = new Set([
  ErrorCode.BATCH_MALFORMED,
  ErrorCode.BATCH_MISMATCH,
  ErrorCode.SIGNATURE_INVALID,
]);
/** How far the author's height may be ahead of ours. */
const AHEAD_MAX = 10n;

export interface ExchangeOptions {
  core: CoreExports;
  clock: Clock;
  log: Log;
  network: Network;
  store: Store;
  history: History;
  validators: Validators;
  address: Uint8Array;
  announcements: Pick<Announcements, "make" | "read">;
  pool: BatchPool;
  storing: Storing;
  fetcher: Fetcher;
  refused: RefusedBatches;
  /** The height to be decided. */
  height: () => bigint;
  /** The validator that was proven to be at a peer. */
  validatorAt: (peer: string) => Uint8Array | undefined;
  /** A block could name it now. */
  onEligible: (digest: Uint8Array) => void;
}

/** Batches between nodes: sent, announced, answered, and fetched where they did not come. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #stopped = new AbortController();
  readonly #wanted = new Set<string>();
  /** Of those the ones that may come by themselves yet, the first announced first. */
  readonly #early: { from: string; digest: Uint8Array; sinceMs: number }[] = [];
  #timer: Timer | undefined;
  #checks = 0;
  /** By author the check before: its first invalid batch is its last that is looked at. */
  readonly #before = new Map<string, Promise<unknown>>();
  readonly #announcer: Announcer;
  #repeating: Timer | undefined;
  /** Whether its word counts. */
  readonly #isMember: boolean;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    const { address, network, store, validators } = options;
    this.#announcer = new Announcer(options);
    this.#isMember = validators.powerOf(address) > 0n;
    network.onMessage((from, channel, message) =>
      this.#receive(from, channel, message)
    );
    network.onRequest(Topic.batch, async (_from, digest) => {
      const batch = digest.length === 32 && await store.batch(digest);
      if (!batch) throw fault(ErrorCode.RPC_NOT_FOUND);
      return batch;
    });
  }

  /** Sends an own batch. It says itself that its author holds it. */
  publish({ batch }: OwnBatch): void {
    this.#options.network.broadcast(Channel.batch, batch);
    this.#repeatLater();
  }

  /** Another one's batch is valid, and stored here or about to be. */
  fetched(digest: Uint8Array, facts: BatchFacts): void {
    const { address, history, pool, height, refused } = this.#options;
    if (history.has(digest) || pool.has(digest)) return;
    if (refused.isMuted(facts.author)) return;
    pool.add(digest, facts, height());
    // The words of enough others may have come before it.
    if (pool.isHeld(digest)) this.#options.onEligible(digest);
    this.#hold(digest, facts.author);
    if (!this.#isMember) return;
    this.#hold(digest, address);
    this.#announcer.came(digest);
    this.#repeatLater();
  }

  /** The height before is decided. An empty block has passed over whatever waits. */
  decided(isFull: boolean): void {
    const { height } = this.#options;
    this.#announcer.decided();
    this.#repeating?.cancel();
    this.#repeating = undefined;
    this.#repeat(isFull ? height() - 1n : height());
    this.#repeatLater();
  }

  stop(): void {
    this.#stopped.abort();
    this.#announcer.stop();
    this.#timer?.cancel();
    this.#repeating?.cancel();
  }

  /** Says again what we hold since before that height: announcements get lost, and nodes restart. */
  #repeat(before: bigint): void {
    const { address, pool } = this.#options;
    const digests = pool.waitingSince(before).slice(0, DIGESTS_MAX);
    if (digests.length === 0 || !this.#isMember) return;
    for (const digest of digests) this.#hold(digest, address);
    this.#announcer.again(digests);
  }

  #repeatLater(): void {
    const { clock, height, pool } = this.#options;
    if (this.#repeating || pool.isEmpty || this.#stopped.signal.aborted) return;
    this.#repeating = clock.schedule(REPEAT_MS, () => {
      this.#repeating = undefined;
      this.#repeat(height() + 1n);
      this.#repeatLater();
    });
  }

  #hold(digest: Uint8Array, holder: Uint8Array): void {
    if (this.#options.pool.hold(digest, holder)) {
      this.#options.onEligible(digest);
    }
  }

  #receive(from: string, channel: string, message: Uint8Array): void {
    if (this.#stopped.signal.aborted) return;
    if (channel === Channel.held) return this.#receiveHeld(from, message);
    if (channel !== Channel.batch) return;
    if (message.length > BATCH_BYTES_MAX || this.#checks >= CHECKS_MAX) return;
    this.#checks++;
    this.#take(from, message).catch((error) => {
      this.#options.log.debug("dropped a batch", { from, error });
    }).finally(() => this.#checks--);
  }

  async #take(from: string, batch: Uint8Array): Promise<void> {
    const { core, network, pool, storing } = this.#options;
    const named = readBatch(core, batch);
    if (!named) return network.rate?.(from, "invalid");
    if (!this.#isNew(named.digest)) return;
    const { digest, facts } = named;
    const height = this.#options.height();
    const isLate = facts.validUntil < height;
    const isEarly = facts.validUntil > height + BATCH_VALID_BLOCKS + AHEAD_MAX;
    if (isLate || isEarly || !pool.hasRoom(facts)) return;
    if (!await this.#inTurn(facts, () => this.#isValid(named, from))) return;
    const stored = storing.put(digest, batch);
    this.fetched(digest, facts);
    this.#options.network.rate?.(from, "useful");
    try {
      await stored;
    } catch (error) {
      pool.drop(digest);
      throw error;
    }
  }

  async #inTurn<T>({ author }: BatchFacts, work: () => Promise<T>): Promise<T> {
    const name = author.toHex();
    const turn = (this.#before.get(name) ?? Promise.resolve()).then(work);
    const over = turn.then(() => undefined, () => undefined);
    this.#before.set(name, over);
    try {
      return await turn;
    } finally {
      if (this.#before.get(name) === over) this.#before.delete(name);
    }
  }

  async #isValid(named: NamedBatch, from: string): Promise<boolean> {
    const { fetcher, height, network, refused } = this.#options;
    const { digest, facts } = named;
    if (refused.has(digest) || refused.isMuted(facts.author)) return false;
    const refusal = await fetcher.refusal(named, height());
    const isSpoiled = refusal && !refusal.isAuthors &&
      SPOILED.has(refusal.code);
    if (isSpoiled) network.rate?.(from, "invalid");
    return refusal === undefined;
  }

  #receiveHeld(from: string, message: Uint8Array): void {
    const { announcements, log } = this.#options;
    let held;
    try {
      held = announcements.read(message, this.#options.validatorAt(from));
    } catch (error) {
      log.debug("dropped a malformed message", { from, error });
    }
    for (const digest of held?.digests ?? []) {
      if (this.#options.history.has(digest)) continue;
      this.#hold(digest, held!.holder);
      if (!this.#options.pool.has(digest)) this.#fetchLater(from, digest);
    }
  }

  #fetchLater(from: string, digest: Uint8Array): void {
    const { clock } = this.#options;
    const name = digest.toHex();
    if (this.#wanted.has(name) || this.#wanted.size >= FETCHES_MAX) return;
    this.#wanted.add(name);
    const sinceMs = clock.monotonic();
    if (this.#early.push({ from, digest, sinceMs }) === 1) this.#lookLater();
  }

  #lookLater(): void {
    const { clock } = this.#options;
    const ms = this.#early[0]!.sinceMs + FETCH_AFTER_MS - clock.monotonic();
    this.#timer = clock.schedule(ms, () => this.#look());
  }

  /** Nearly all have come by themselves. */
  #look(): void {
    const { clock, log } = this.#options;
    const lastMs = clock.monotonic() - FETCH_AFTER_MS + FETCH_TOGETHER_MS;
    for (let next; (next = this.#early[0]);) {
      if (next.sinceMs > lastMs) return this.#lookLater();
      const { from, digest } = this.#early.shift()!;
      this.#fetch(from, digest).catch((error) => {
        log.debug("an announced batch was not got", { error });
      }).finally(() => this.#wanted.delete(digest.toHex()));
    }
  }

  async #fetch(from: string, digest: Uint8Array): Promise<void> {
    const { clock } = this.#options;
    for (let failures = 0; this.#isNew(digest); failures++) {
      try {
        const batch = await this.#get(from, digest);
        if (!this.#stopped.signal.aborted) await this.#take(from, batch);
        return;
      } catch (error) {
        const ms = FETCH_AGAIN_AFTER_MS[failures];
        if (ms === undefined) throw error;
        await clock.sleep(ms, this.#stopped.signal);
      }
    }
  }

  async #get(from: string, digest: Uint8Array): Promise<Uint8Array> {
    const { network, store } = this.#options;
    return await store.batch(digest) ??
      await network.request(from, Topic.batch, digest);
  }

  #isNew(digest: Uint8Array): boolean {
    const { history, pool, refused } = this.#options;
    return !history.has(digest) && !pool.has(digest) && !refused.has(digest);
  }
}
