import type { Executor } from "../../execution/types.ts";
import type { Timer } from "../../platform/types.ts";
import { Channel, Topic } from "../channel.ts";
import {
  FORWARD_BYTES_MAX,
  FORWARD_MESSAGE_BYTES_MAX,
  Intake,
} from "./intake.ts";
import { add, bucketSet, has, type Rota, type Turn } from "./rota.ts";
import { Whereabouts, type WhereaboutsOptions } from "./whereabouts.ts";

/** Transactions that come one by one travel together, for so long at least. */
const GATHER_MS = 5;
const REQUEST_TIMEOUT_MS = 2_000;
/** A peer that did not take a chunk is passed over for so long. */
const PAUSE_MS = 2_000;
/** Whoever has said nothing for so many heights is gone, if connected still: each takes votes of everybody. */
const SILENT_HEIGHTS_MAX = 3n;
/** After so many blocks with transactions, one after the other, they come quickly. */
const BUSY_BLOCKS = 4;
/** At every such height second authors take what first authors have left, if it was forwarded so long ago. */
const SECOND_EVERY_HEIGHTS = 4n;

/** Lulls that follow each other since something was there to be forwarded, ever longer; then heights alone count. */
const LULLS_MS = [200, 200, 400, 800].flatMap((ms) => Array(4).fill(ms));

export interface ForwardingOptions extends Omit<WhereaboutsOptions, "onFound"> {
  executor: Executor;
  rota: Rota;
  /** The height to be decided. */
  height: () => bigint;
  /** Before that authors have no use for what comes, while blocks follow each other; monotonic milliseconds. */
  neededMs: () => number;
  /** Whether batches wait for a block. */
  isTaking: () => boolean;
}

/** What a peer is the first and the second author of. */
interface Due {
  first: Uint8Array;
  second: Uint8Array;
}

/** What follows from whose turn it is, and who can be reached. */
interface Division {
  turn: Turn;
  /** Who can be reached, and whether transactions come quickly. */
  reach: string;
  /** What stays here. */
  kept: Uint8Array;
  /** By peer what is to go there. */
  targets: ReadonlyMap<string, Due>;
}

/**
 * Brings transactions to the authors of their buckets: a few as a message, many
 * as a question, one at a time to each, so that nobody gets more than it takes.
 * While they come quickly the second author brings its own to the first as well,
 * so that a sender's transactions meet at one node, whichever they were given
 * to: a batch takes none before those with lower nonces.
 * They stay in the own mempool until a block has them, so that what is
 * lost on the way goes again: to the second author, then to those of the next
 * epoch. Where neither batches nor blocks come of it, lulls count as heights.
 */
export class Forwarding {
  readonly #options: ForwardingOptions;
  readonly #whereabouts: Whereabouts;
  /** Peers that are being sent to, and what each is due when there may be more since. */
  readonly #running = new Map<string, Due | undefined>();
  readonly #paused = new Map<string, number>();
  /** By peer the height at which it last said something. */
  readonly #heard = new Map<string, bigint>();
  #greetedIn = -1n;
  /** The last one: it holds for many blocks. */
  #division: Division | undefined;
  /** Blocks with transactions since the last without. */
  #fullBlocks = 0;
  #timer: Timer | undefined;
  #dueMs = Infinity;
  /** Since something was there to be forwarded for the first time. */
  #lulls = 0;
  #lull: Timer | undefined;
  #stopped = false;

  constructor(options: ForwardingOptions) {
    this.#options = options;
    const { network, validators, address } = options;
    network.onMessage((from) => this.#heard.set(from, options.height()));
    network.onPeers((peers) => this.#forget(peers));
    this.#whereabouts = new Whereabouts({
      ...options,
      onFound: () => this.wake(),
    });
    // Who is no author has nothing to do with them.
    if (validators.powerOf(address) > 0n) new Intake(options);
  }

  /** Something waits that is not ours, and was not forwarded yet. */
  fresh(): void {
    this.#lulls = 0;
    this.wake();
    this.#awaitLull();
  }

  /** Something may go to somebody else now. */
  wake(): void {
    const { clock, validators, neededMs } = this.#options;
    if (this.#stopped || validators.count === 1) return;
    const now = clock.monotonic();
    const waitMs = this.#isBusy
      ? Math.max(GATHER_MS, neededMs() - now)
      : GATHER_MS;
    if (this.#dueMs <= now + waitMs) return;
    this.#timer?.cancel();
    this.#dueMs = now + waitMs;
    this.#timer = clock.schedule(waitMs, () => {
      this.#dueMs = Infinity;
      this.#run();
    });
  }

  /** A block is decided. */
  decided(isFull: boolean): void {
    this.#fullBlocks = isFull ? this.#fullBlocks + 1 : 0;
  }

  /** What this node makes batches of at a height. */
  batched(height: bigint): Uint8Array {
    return height % SECOND_EVERY_HEIGHTS === 0n
      ? this.#options.rota.at(height).own
      : this.kept(height);
  }

  /** What it brings to nobody: 32 bytes, as the own ones of a turn. */
  kept(height: bigint): Uint8Array {
    return this.#divided(height).kept;
  }

  /** The validator that greeted from a peer. */
  validatorAt(peer: string): Uint8Array | undefined {
    return this.#whereabouts.validatorAt(peer);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#lull?.cancel();
    this.#whereabouts.stop();
  }

  #awaitLull(): void {
    const { clock, validators } = this.#options;
    if (this.#lull || this.#stopped || validators.count === 1) return;
    const ms = LULLS_MS[this.#lulls++];
    if (ms === undefined) return;
    this.#lull = clock.schedule(ms, () => {
      this.#lull = undefined;
      this.#pass();
      this.#awaitLull();
    });
  }

  /** Not where blocks have transactions: then heights say how patient to be. */
  #pass(): void {
    const { executor, isTaking, log } = this.#options;
    if (this.#fullBlocks > 0 || isTaking()) return;
    executor.lull().then(() => this.wake(), (error) => {
      if (!this.#stopped) log.error("a lull was not counted", { error });
    });
  }

  #run(): void {
    const { rota, height } = this.#options;
    const { epoch } = rota.at(height());
    if (epoch !== this.#greetedIn) {
      this.#greetedIn = epoch;
      this.#whereabouts.greet();
    }
    const idle: [peer: string, due: Due][] = [];
    for (const [peer, due] of this.#divided(height()).targets) {
      if (this.#running.has(peer)) this.#running.set(peer, due);
      else idle.push([peer, due]);
    }
    const chunks = this.#take(idle.map(([, due]) => due));
    for (const [at, [peer]] of idle.entries()) {
      this.#sendAll(peer, chunks.then((all) => all[at]!));
    }
  }

  async #sendAll(peer: string, first: Promise<Uint8Array>): Promise<void> {
    const { clock, height, log } = this.#options;
    try {
      let chunk: Promise<Uint8Array> | undefined = first;
      while (chunk) {
        this.#running.set(peer, undefined);
        const isMore = await this.#sendOne(peer, await chunk);
        const due = this.#running.get(peer) ??
          (isMore ? this.#divided(height()).targets.get(peer) : undefined);
        chunk = due && !this.#stopped
          ? this.#take([due]).then(([one]) => one!)
          : undefined;
      }
    } catch (error) {
      log.debug("a peer did not take what was forwarded", { peer, error });
      this.#paused.set(peer, clock.monotonic() + PAUSE_MS);
    } finally {
      this.#running.delete(peer);
    }
  }

  async #take(dues: readonly Due[]): Promise<Uint8Array[]> {
    if (dues.length === 0) return [];
    const { executor, height } = this.#options;
    const limits = { height: height(), bytes: FORWARD_BYTES_MAX };
    return await executor.forward(dues.map((due) => ({ ...limits, ...due })));
  }

  /** Gives whether there may be more. */
  async #sendOne(peer: string, chunk: Uint8Array): Promise<boolean> {
    const { network } = this.#options;
    if (chunk.length === 0 || this.#stopped) return false;
    if (chunk.length <= FORWARD_MESSAGE_BYTES_MAX) {
      network.send(peer, Channel.forward, chunk);
      return false;
    }
    await network.request(peer, Topic.forward, chunk, REQUEST_TIMEOUT_MS);
    return true;
  }

  #divided(height: bigint): Division {
    const turn = this.#options.rota.at(height);
    const peers = this.#reachable();
    const reach = `${this.#isBusy} ${[...peers].join(" ")}`;
    const last = this.#division;
    if (last?.turn === turn && last.reach === reach) return last;
    const kept = this.#kept(turn, peers);
    const targets = this.#targets(turn, peers);
    return this.#division = { turn, reach, kept, targets };
  }

  #kept({ own, first }: Turn, peers: ReadonlyMap<string, string>): Uint8Array {
    if (!this.#isBusy) return own;
    const buckets = bucketSet();
    for (const [bucket, author] of first.entries()) {
      if (has(own, bucket) && !peers.has(author)) add(buckets, bucket);
    }
    return buckets;
  }

  /** Who is to get which buckets. In the place of an author that cannot be reached stands the other one, then any validator, which forwards again. */
  #targets(
    { own, first, second }: Turn,
    peers: ReadonlyMap<string, string>,
  ): Map<string, Due> {
    const any = [...peers.values()];
    const targets = new Map<string, Due>();
    const give = (peer: string, part: keyof Due, bucket: number) => {
      const due = targets.get(peer) ??
        { first: bucketSet(), second: bucketSet() };
      targets.set(peer, due);
      add(due[part], bucket);
    };
    if (any.length === 0) return targets;
    for (let bucket = 0; bucket < first.length; bucket++) {
      const [one, other] = [first, second].map((authors) =>
        peers.get(authors[bucket]!)
      );
      if (has(own, bucket)) {
        if (one && this.#isBusy) give(one, "first", bucket);
        continue;
      }
      const [spare, another] = [bucket, bucket + 1].map((at) =>
        any[at % any.length]!
      );
      give(one ?? other ?? spare!, "first", bucket);
      give(other ?? one ?? another!, "second", bucket);
    }
    return targets;
  }

  get #isBusy(): boolean {
    return this.#fullBlocks >= BUSY_BLOCKS;
  }

  #forget(peers: readonly string[]): void {
    const connected = new Set(peers);
    for (const peer of this.#heard.keys()) {
      if (!connected.has(peer)) this.#heard.delete(peer);
    }
  }

  /** Validators that are connected, say something, and took the last chunk. */
  #reachable(): Map<string, string> {
    const { clock, height } = this.#options;
    const now = clock.monotonic();
    const silent = height() - SILENT_HEIGHTS_MAX;
    for (const [peer, until] of this.#paused) {
      if (until <= now) this.#paused.delete(peer);
    }
    const connected = [...this.#whereabouts.connected()];
    return new Map(
      connected.filter(([, peer]) =>
        !this.#paused.has(peer) && (this.#heard.get(peer) ?? silent) > silent
      ),
    );
  }
}
