import { LRUCache } from "lru-cache";
import { ErrorCode, RustoriumError } from "../../errors/mod.ts";
import type { Clock, Log } from "../../platform/types.ts";
import type { Source } from "./source.ts";

/** Entries at most; of more those forgotten first that were quiet longest. */
const ADDRESSES_MAX = 16_384;
const CONNECTIONS_MAX = 16_384;
/** What a stranger may spend on bad signatures; each offence of its address halves it. */
const BUDGET = 16;
/** Until one more bad signature is forgiven, and by so many good ones at once. */
const FORGIVEN_AFTER_MS = 10_000;
const FORGIVEN_FOR = 500;
/** Good signatures until a connection is checked together with others. */
const PROVEN = 256;
/** Transactions of a stranger that are looked at in one go; where its address has offended, only as many as may be bad. */
const TRIAL = 256;
const BLOCK_MS = 2_000;
const BLOCK_MS_MAX = 600_000;
/** Offences of an address are forgotten when it had none for so long. */
const MEMORY_MS = 1_200_000;

interface AddressRecord {
  offences: number;
  lastMs: number;
}

interface ConnectionRecord {
  /** Bad signatures that it may still send. */
  budget: number;
  budgetAtMs: number;
  /** Good signatures since the last bad one. */
  good: number;
  blockedUntilMs: number;
}

export interface SourcesOptions {
  clock: Clock;
  log: Log;
}

/**
 * Who sends good signatures and who bad ones. A bad signature names a sender
 * that did not make it, so the record is that of the connection: whoever spends
 * its budget is not listened to for a time that doubles with each offence, and
 * new connections of the same address begin with less.
 */
export class Sources {
  readonly #options: SourcesOptions;
  readonly #addresses = new LRUCache<string, AddressRecord>({
    max: ADDRESSES_MAX,
  });
  readonly #connections = new LRUCache<string, ConnectionRecord>({
    max: CONNECTIONS_MAX,
  });

  constructor(options: SourcesOptions) {
    this.#options = options;
  }

  /** @throws SOURCE_BLOCKED */
  check({ connection }: Source): void {
    const now = this.#options.clock.monotonic();
    const record = this.#connections.get(connection);
    const leftMs = (record?.blockedUntilMs ?? -Infinity) - now;
    if (leftMs <= 0) return;
    throw new RustoriumError(ErrorCode.SOURCE_BLOCKED, {
      retryAfterMs: Math.ceil(leftMs),
    });
  }

  /** Whether its transactions may be checked together with those of others. */
  isProven({ connection }: Source): boolean {
    return (this.#connections.get(connection)?.good ?? 0) >= PROVEN;
  }

  /** How many transactions of a source that is not proven may be checked in one go: more with each that was good. */
  trial(source: Source): number {
    const { budget, good } = this.#recordOf(source);
    const isClean = this.#offences(source.address) === 0;
    return Math.max(1, isClean ? TRIAL : Math.floor(budget), good);
  }

  /** Books what came of a source's transactions. Whether it may go on. */
  book(source: Source, { good, bad }: { good: number; bad: number }): boolean {
    const record = this.#recordOf(source);
    record.budget = Math.min(BUDGET, record.budget + good / FORGIVEN_FOR);
    record.good = bad === 0 ? record.good + good : 0;
    record.budget -= bad;
    if (bad === 0 || record.budget >= 1) return true;
    this.#block(source, record);
    return false;
  }

  #recordOf({ address, connection }: Source): ConnectionRecord {
    const now = this.#options.clock.monotonic();
    const known = this.#connections.get(connection);
    if (known) {
      const forgiven = (now - known.budgetAtMs) / FORGIVEN_AFTER_MS;
      known.budget = Math.min(BUDGET, known.budget + forgiven);
      known.budgetAtMs = now;
      return known;
    }
    const record = {
      budget: Math.max(1, BUDGET >> Math.min(this.#offences(address), 31)),
      budgetAtMs: now,
      good: 0,
      blockedUntilMs: -Infinity,
    };
    this.#connections.set(connection, record);
    return record;
  }

  #offences(address: string): number {
    const record = this.#addresses.get(address);
    const { clock } = this.#options;
    if (record && clock.monotonic() - record.lastMs > MEMORY_MS) {
      this.#addresses.delete(address);
      return 0;
    }
    return record?.offences ?? 0;
  }

  #block({ address }: Source, record: ConnectionRecord): void {
    const { clock, log } = this.#options;
    const now = clock.monotonic();
    const offences = this.#offences(address);
    const blockMs = Math.min(BLOCK_MS * 2 ** offences, BLOCK_MS_MAX);
    this.#addresses.set(address, { offences: offences + 1, lastMs: now });
    record.blockedUntilMs = now + blockMs;
    // After the pause it may err once more.
    record.budget = 1;
    if (offences > 0) return;
    log.warn("a source sends transactions with bad signatures", {
      source: address,
      notHeardMs: blockMs,
    });
  }
}
