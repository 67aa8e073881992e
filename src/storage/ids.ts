import { ErrorCode, fault } from "../errors/mod.ts";
import { sha256 } from "../platform/mod.ts";
import { equal } from "../bytes/mod.ts";
import { fromBinary } from "@bufbuild/protobuf";
import { BatchSchema } from "../proto/gen/rustorium/v1/batch_pb.ts";
import type { Archive } from "./archive.ts";
import type { Batches } from "./batches.ts";
import type { ByteCache } from "./cache.ts";
import { encodeNamed, type Named } from "./result_record.ts";

const ID_BYTES = 32;
const SENDER_BYTES = 32;
/** Sender, signature and length of the body. */
const ENVELOPE_HEAD_BYTES = 100;

/** What ids are made of. */
export interface IdsParts {
  core: Archive;
  cache: ByteCache;
  genesisHash(): Promise<Uint8Array | undefined>;
  /** What the block at a height names; undefined where there is none. */
  digests(height: bigint): Promise<readonly Uint8Array[] | undefined>;
  batches: Pick<Batches, "get" | "reading">;
}

/** Ids of the transactions of a block: 32 bytes for each that need not be stored, as its batches tell them. */
export class Ids {
  readonly #parts: IdsParts;

  constructor(parts: IdsParts) {
    this.#parts = parts;
  }

  /** How a record is to name these; takes them over. */
  async name(height: bigint, ids: Uint8Array): Promise<Uint8Array> {
    const genesisHash = await this.#parts.genesisHash();
    const batches = genesisHash && await this.#batches(height);
    const counts = batches &&
      this.#parts.core.batchCounts(genesisHash, batches, ids);
    this.#parts.cache.set(`ids/${height}`, ids);
    return encodeNamed(
      counts
        ? { kind: "batches", counts, hash: sha256(ids) }
        : { kind: "ids", ids },
    );
  }

  async all(height: bigint, named: Named): Promise<Uint8Array> {
    if (named.kind === "ids") return named.ids;
    const ids = await this.#parts.cache.through(`ids/${height}`, async () => {
      const [genesisHash, batches] = await Promise.all([
        this.#parts.genesisHash(),
        this.#batches(height),
      ]);
      const made = genesisHash && batches &&
        this.#parts.core.blockIds(genesisHash, batches);
      return made && equal(sha256(made), named.hash) ? made : undefined;
    });
    if (ids) return ids;
    throw fault(ErrorCode.STORAGE_CORRUPT, { idsOf: height });
  }

  async isAt(
    height: bigint,
    named: Named,
    index: number,
    id: Uint8Array,
  ): Promise<boolean> {
    if (named.kind === "ids") {
      const at = index * ID_BYTES;
      return equal(named.ids.subarray(at, at + ID_BYTES), id);
    }
    const digests = await this.#parts.digests(height) ?? [];
    let position = index;
    const number = named.counts.findIndex((count) => {
      if (position < count) return true;
      position -= count;
      return false;
    });
    const digest = digests[number];
    const genesisHash = await this.#parts.genesisHash();
    const { core, batches } = this.#parts;
    const envelope = digest && await batches.reading(
      digest,
      (batch) =>
        core.payloadEnvelope(fromBinary(BatchSchema, batch).payload, position),
    );
    if (!envelope || !genesisHash) return false;
    const sender = envelope.subarray(0, SENDER_BYTES);
    const body = envelope.subarray(ENVELOPE_HEAD_BYTES);
    return equal(core.transactionId(genesisHash, sender, body), id);
  }

  /** Undefined where the store lacks one. */
  async #batches(height: bigint): Promise<Uint8Array[] | undefined> {
    const digests = await this.#parts.digests(height);
    if (!digests) return undefined;
    const batches = await Promise.all(
      digests.map((digest) => this.#parts.batches.get(digest)),
    );
    const there = batches.filter((batch) => batch !== undefined);
    return there.length === batches.length ? there : undefined;
  }
}
