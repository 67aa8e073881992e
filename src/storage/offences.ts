import { OFFENCE_KINDS, offenceOf } from "../offence/mod.ts";
import type { Kv, KvKey, KvMutation } from "../platform/mod.ts";
import type { Evidence } from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { concat, u32, u64 } from "../bytes/mod.ts";
import { Reader } from "./reader.ts";
import type { CommitQueue } from "./commit_queue.ts";
import type { OffenceRecord, RecordedOffence } from "./types.ts";

/** Offences of one validator that are kept with their heights, the latest; the others are counted. */
const LATEST_MAX = 64;
/** Goes up when the records below change; those of another version are made again from the blocks. */
const VERSION = 1;

const ENTRY_BYTES = 24;
const PREFIX: KvKey = ["offence"];
const MARKER: KvKey = ["meta", "offences"];

/** What evidence in blocks says of each validator. Small: the set bounds the validators. */
export class Offences {
  readonly #kv: Kv;
  readonly #queue: CommitQueue;
  readonly #records = new Map<string, OffenceRecord>();

  constructor(kv: Kv, queue: CommitQueue) {
    this.#kv = kv;
    this.#queue = queue;
  }

  /** Reads the records; makes them again from the blocks where they are missing. */
  async open(
    tip: bigint,
    evidenceAt: (height: bigint) => Promise<readonly Evidence[]>,
  ): Promise<void> {
    const marker = await this.#kv.get(MARKER);
    if (marker && new Reader(marker).u32() === VERSION) {
      return await this.#load(tip);
    }
    const made: KvMutation[] = [];
    for (let height = 1n; height <= tip; height++) {
      made.push(...this.put(height, await evidenceAt(height)));
    }
    const mark = { type: "set", key: MARKER, value: u32(VERSION) } as const;
    await this.#queue.commitAll([...made, mark]);
  }

  /** Belongs into the commit of the block at `height`. */
  put(height: bigint, evidence: readonly Evidence[]): KvMutation[] {
    const changed = new Set<string>();
    for (const one of evidence) {
      const offence = offenceOf(one);
      if (!offence) continue;
      const name = offence.validator.toHex();
      const { validator, kind, round } = offence;
      const { count, latest } = this.#records.get(name) ??
        { count: 0, latest: [] };
      const added = { kind, height: offence.height, round, block: height };
      this.#records.set(name, {
        validator,
        count: count + 1,
        latest: [...latest, added].slice(-LATEST_MAX),
      });
      changed.add(name);
    }
    return [...changed].map((name) => {
      const record = this.#records.get(name)!;
      const key = [...PREFIX, record.validator];
      return { type: "set", key, value: encode(record) };
    });
  }

  all(): OffenceRecord[] {
    return [...this.#records.values()];
  }

  async #load(tip: bigint): Promise<void> {
    for await (const { key, value } of this.#kv.list({ prefix: PREFIX })) {
      const validator = key[1] as Uint8Array;
      const { count, latest } = decode(value);
      // What a crash left of a block that did not become real.
      const real = latest.filter(({ block }) => block <= tip);
      this.#records.set(validator.toHex(), {
        validator,
        count: count - (latest.length - real.length),
        latest: real,
      });
    }
  }
}

/** `count (u32)`, then `kind (u32) | height (u64) | round (u32) | block (u64)` each. */
function encode({ count, latest }: OffenceRecord): Uint8Array<ArrayBuffer> {
  return concat(
    u32(count),
    ...latest.flatMap(({ kind, height, round, block }) => [
      ...[u32(OFFENCE_KINDS.indexOf(kind)), u64(height)],
      ...[u32(round), u64(block)],
    ]),
  );
}

function decode(bytes: Uint8Array): Omit<OffenceRecord, "validator"> {
  const reader = new Reader(bytes);
  const count = reader.u32();
  const length = (bytes.length - 4) / ENTRY_BYTES;
  const latest = Array.from({ length }, (): RecordedOffence => ({
    kind: OFFENCE_KINDS[reader.u32()]!,
    height: reader.u64(),
    round: reader.u32(),
    block: reader.u64(),
  }));
  return { count, latest };
}
