import type { Clock, Log, Network, Timer } from "../../platform/types.ts";
import { Reader } from "../../bytes/mod.ts";
import { ErrorCode, isFault } from "../../errors/mod.ts";
import { Topic } from "../channel.ts";
import { Claims } from "./claims.ts";
import { type CertifiedBlock, getBlock, type SourceOptions } from "./source.ts";

/** Whoever is a height behind for so long is not just late. */
const GRACE_MS = 250;
/** Heights behind from which there is nothing to wait for. */
const FAR = 3n;
/** Blocks asked for at once. */
const WINDOW = 16n;
const STATUS_TIMEOUT_MS = 2_000;

export interface CatchUpOptions extends SourceOptions {
  clock: Clock;
  log: Log;
  network: Network;
  statusMs: number;
  /** Whether this node decides without anybody else. */
  isAlone: boolean;
  /** The last decided height. */
  tip: () => bigint;
  /** Takes the block after the last decided one; resolves when that is decided. */
  apply: (certified: CertifiedBlock) => Promise<void>;
  onError: (error: unknown) => void;
}

/** Brings a node that is behind to where the others are. */
export class CatchUp {
  readonly #options: CatchUpOptions;
  readonly #claims = new Claims();
  readonly #ahead = new Map<bigint, Promise<CertifiedBlock | undefined>>();
  /** Heights whose certificates have come, and the one that this node began with. Anybody can claim a height. */
  readonly #proven: Set<bigint>;
  readonly #stopped = new AbortController();
  #timer: Timer | undefined;
  #running = false;
  /** Whether a peer has said where it is. */
  #isTold = false;
  /** The tip at the last look. */
  #seen = -1n;

  constructor(options: CatchUpOptions) {
    this.#options = options;
    this.#proven = new Set([options.tip()]);
    options.network.onPeers((peers) => {
      this.#claims.keep(peers, options.clock.monotonic());
      if (!this.#isTold) this.#askStatus();
    });
  }

  run(): void {
    if (!this.#options.isAlone) this.#look();
  }

  stop(): void {
    this.#stopped.abort();
    this.#timer?.cancel();
  }

  /** Whether others are said to be ahead, while what came last came from them: whoever decides by itself is where they are. */
  isSyncing(): boolean {
    const { isAlone, tip } = this.#options;
    if (isAlone) return false;
    const isLed = [...this.#proven].some((height) => height >= tip());
    return !this.#isTold || isLed && this.#claims.highest > tip() + 1n;
  }

  /** A certified block of that height is on its way: nothing need be proposed there. */
  has(height: bigint): boolean {
    return this.#ahead.has(height) && this.#proven.has(height);
  }

  /** A peer is said to have decided `height`. */
  claim(peer: string, height: bigint): void {
    const { clock, tip, network, onError } = this.#options;
    if (height <= tip() || this.#stopped.signal.aborted) return;
    if (!network.peers().includes(peer)) return;
    this.#claims.note(peer, height, clock.monotonic());
    if (this.#running) return;
    this.#running = true;
    this.#follow().catch((error) => {
      if (!this.#stopped.signal.aborted) onError(error);
    }).finally(() => {
      this.#running = false;
    });
  }

  /** Asks around when nothing was decided for a while. */
  #look(): void {
    const { clock, statusMs, tip } = this.#options;
    if (tip() === this.#seen || !this.#isTold) this.#askStatus();
    this.#seen = tip();
    this.#timer = clock.schedule(statusMs, () => this.#look());
  }

  #askStatus(): void {
    const { network } = this.#options;
    if (this.#stopped.signal.aborted) return;
    for (const peer of network.peers()) {
      network.request(peer, Topic.status, new Uint8Array(), STATUS_TIMEOUT_MS)
        .then((answer) => {
          const height = new Reader(answer).u64();
          this.claim(peer, height);
          this.#isTold = true;
        }).catch((error) => {
          this.#options.log.debug("a peer did not say its height", {
            ...{ peer, error },
          });
        });
    }
  }

  async #follow(): Promise<void> {
    const { clock, tip, apply, log } = this.#options;
    const { signal } = this.#stopped;
    if (this.#claims.highest < tip() + FAR) await clock.sleep(GRACE_MS, signal);
    const from = tip();
    while (!signal.aborted && this.#claims.highest > tip()) {
      const next = tip() + 1n;
      this.#fill(next);
      const certified = await this.#ahead.get(next);
      this.#ahead.delete(next);
      if (certified && !signal.aborted) await apply(certified);
    }
    this.#ahead.clear();
    if (tip() > from) log.info("caught up", { from, height: tip() });
  }

  /** Asks for the next blocks. */
  #fill(next: bigint): void {
    for (const known of [this.#ahead, this.#proven]) {
      for (const height of [...known.keys()]) {
        if (height < next - 1n) known.delete(height);
      }
    }
    const { highest } = this.#claims;
    for (let at = next; at < next + WINDOW && at <= highest; at++) {
      if (!this.#ahead.has(at)) this.#ahead.set(at, this.#get(at));
    }
  }

  /** From one of those that claim to have it, each asked once. What else goes wrong is wrong here. */
  async #get(height: bigint): Promise<CertifiedBlock | undefined> {
    const { clock, log, onError } = this.#options;
    const { signal } = this.#stopped;
    const drop = (peer: string) => this.#claims.drop(peer, clock.monotonic());
    const peers = () => this.#claims.at(height);
    const onProven = () => void this.#proven.add(height);
    const wanted = { height, peers, onWithout: drop, onProven };
    try {
      return await getBlock(this.#options, wanted, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (isBusy(error)) {
        log.debug("a block was not got", { height, error });
        peers().forEach(drop);
      } else {
        this.stop();
        onError(error);
      }
      return undefined;
    }
  }
}

/** Too much waits in this node: it goes on later. */
function isBusy(error: unknown): boolean {
  return isFault(error, ErrorCode.RPC_BUSY);
}
