import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Page } from "../../execution/types.ts";
import {
  addSizes,
  type CommitSize,
  commitSize,
  fitsOneCommit,
  type Kv,
  type KvMutation,
} from "../../platform/mod.ts";
import type { CommitQueue } from "../commit_queue.ts";
import { STORAGE_LIMITS } from "../limits.ts";
import { type JournalEntry, type PageVersion, setJournal } from "./journal.ts";
import { newestVersion, setPage } from "./pages.ts";

const ID_BYTES_MAX = 256;
/** Entries of a journal piece; with ids of the greatest length it still fits one value. */
const PIECE_PAGES_MAX = 200;

/** Writes pages as the version `height`, many to a commit, each commit with its piece of the journal. */
export class CheckpointWriter {
  readonly #kv: Kv;
  readonly #queue: CommitQueue;
  readonly #height: bigint;
  #entries: JournalEntry[] = [];
  #mutations: KvMutation[] = [];
  #size: CommitSize = commitSize([]);
  readonly #names = new Set<string>();
  #pieces = 0;
  #inFlight: Promise<void>[] = [];

  constructor(kv: Kv, queue: CommitQueue, height: bigint) {
    this.#kv = kv;
    this.#queue = queue;
    this.#height = height;
  }

  async add(page: Page): Promise<void> {
    const replaced = await newestVersion(this.#kv, page);
    this.#check(page, replaced);
    const { slot, id, bytes } = page;
    const mutations = setPage(page, this.#height);
    const size = commitSize([
      ...mutations,
      setJournal(this.#height, 0, [{ slot, id, written: 0, replaced }]),
    ]);
    const sum = addSizes(this.#size, size);
    if (
      !fitsOneCommit(sum) ||
      sum.bytes > STORAGE_LIMITS.backgroundCommitBytes ||
      this.#entries.length >= PIECE_PAGES_MAX
    ) {
      await this.#flush();
    }
    this.#entries.push({ slot, id, written: bytes.length, replaced });
    this.#mutations.push(...mutations);
    this.#size = addSizes(this.#size, size);
    this.#names.add(nameOf(page));
  }

  /** Resolves when all is durable. */
  async finish(): Promise<void> {
    await this.#flush();
    await Promise.all(this.#inFlight);
  }

  /** A page given twice would be discarded as its own predecessor. */
  #check(page: Page, replaced: PageVersion | undefined): void {
    const { slot, id } = page;
    if (id.length > ID_BYTES_MAX) {
      throw fault(ErrorCode.PAGE_MALFORMED, { slot, idBytes: id.length });
    }
    if (replaced?.version === this.#height || this.#names.has(nameOf(page))) {
      throw fault(ErrorCode.PAGE_MALFORMED, {
        slot,
        id: id.toHex(),
        twice: true,
      });
    }
  }

  async #flush(): Promise<void> {
    if (this.#entries.length === 0) return;
    const commit = this.#queue.commitAll([
      setJournal(this.#height, this.#pieces, this.#entries),
      ...this.#mutations,
    ], "background");
    // Its failure is seen below or in finish(), not before.
    commit.catch(() => undefined);
    this.#inFlight.push(commit);
    [this.#entries, this.#mutations, this.#size] = [[], [], commitSize([])];
    this.#names.clear();
    this.#pieces++;
    if (this.#inFlight.length >= STORAGE_LIMITS.checkpointCommitsInFlight) {
      await this.#inFlight.shift();
    }
  }
}

function nameOf({ slot, id }: Page): string {
  return `${slot}/${id.toHex()}`;
}
