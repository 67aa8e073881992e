import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { join } from "../bytes/mod.ts";
import type { Clock, Log, LogFile, Timer } from "../platform/types.ts";
import {
  type SavedPeer,
  SavedPeerSchema,
  type SignedPeerRecord,
  SignedPeerRecordSchema,
} from "../proto/gen/rustorium/v1/network_pb.ts";
import type { Book } from "./book.ts";
import { frame, readFrames } from "./frames.ts";
import { peerIdOf, publicKeyOf } from "./identity.ts";
import { LIMITS } from "./limits.ts";
import type { Anchors } from "./peers/anchors.ts";
import type { Bans } from "./peers/bans.ts";
import type { Roles } from "./peers/roles.ts";
import { checkRecord } from "./record.ts";

export interface SavedParts {
  file: Pick<LogFile, "read" | "replace">;
  book: Book;
  bans: Bans;
  roles: Roles;
  anchors: Anchors;
  genesisHash: Uint8Array;
  clock: Clock;
  log: Log;
  /** Ids of connected peers; their records come first. */
  peers(): string[];
}

type Fields = Partial<Omit<SavedPeer, "$typeName" | "$unknown">>;

const ENTRY_BYTES_MAX = LIMITS.recordBytesMax + 1_024;
const REASON_CHARS_MAX = 200;

/** Keeps known nodes for the next start, with what is known of them: frames with a `SavedPeer` each. */
export class Saved {
  readonly #parts: SavedParts;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: SavedParts) {
    this.#parts = parts;
  }

  /** Fills the book, the bans, the anchors and the validators' peers. What cannot be read is left out. */
  async load(): Promise<void> {
    const { file, log } = this.#parts;
    try {
      const bytes = await file.read();
      for await (const entry of readFrames(one(bytes), ENTRY_BYTES_MAX)) {
        this.#restore(fromBinary(SavedPeerSchema, entry));
      }
    } catch (error) {
      log.warn("the saved peers cannot be read; the others are found anew", {
        error,
      });
    }
  }

  /** Something has changed: it is saved soon. */
  changed(): void {
    this.#timer ??= this.#parts.clock.schedule(LIMITS.saveMs, () => {
      this.#timer = undefined;
      this.#save();
    });
  }

  /** Saves what has changed. */
  async close(): Promise<void> {
    if (this.#timer) {
      this.#timer.cancel();
      this.#save();
    }
    await this.#writing;
  }

  #restore(entry: SavedPeer): void {
    const { book, bans, roles, anchors, genesisHash, clock } = this.#parts;
    const nowMs = clock.now();
    const { record, signature, publicKey, anchor, validatorMs, ban } = entry;
    if (record.length > 0) {
      const signed = { record, signature } as SignedPeerRecord;
      book.add(checkRecord(signed, genesisHash, nowMs));
    }
    if (publicKey.length === 0) return;
    const id = peerIdOf(publicKey);
    if (anchor) anchors.use([...anchors.all(), id]);
    if (validatorMs > 0n) {
      roles.prove(id, Math.min(nowMs, Number(validatorMs)));
    }
    if (!ban) return;
    const reason = ban.reason.slice(0, REASON_CHARS_MAX);
    bans.restore({
      id,
      reason,
      count: ban.count,
      untilMs: Number(ban.untilMs),
    });
  }

  #save(): void {
    const { file, log } = this.#parts;
    const frames = this.#entries().map((fields) =>
      frame(toBinary(SavedPeerSchema, create(SavedPeerSchema, fields)))
    );
    this.#writing = this.#writing.then(() => file.replace(join(frames)))
      .catch((error) => log.warn("the known peers were not saved", { error }));
  }

  #entries(): Fields[] {
    const { book, bans, roles, anchors, peers } = this.#parts;
    const entries = new Map<string, Fields>();
    const add = (id: string, fields: Fields) => {
      const publicKey = publicKeyOf(id);
      if (!publicKey) return;
      entries.set(id, { publicKey, ...entries.get(id), ...fields });
    };
    const first = [...anchors.all(), ...peers(), ...roles.validators()]
      .flatMap((id) => book.get(id) ?? []);
    const records = new Set([...first, ...book.latest(LIMITS.savedPeersMax)]);
    for (const { id, signed } of [...records].slice(0, LIMITS.savedPeersMax)) {
      const { record, signature } = fromBinary(SignedPeerRecordSchema, signed);
      add(id, { record, signature });
    }
    for (const id of anchors.all()) add(id, { anchor: true });
    for (const id of roles.validators()) {
      add(id, { validatorMs: BigInt(roles.provenMs(id) ?? 0) });
    }
    for (const { id, reason, untilMs, count } of bans.known()) {
      const ban = { reason, count, untilMs: BigInt(untilMs) };
      add(id, { ban: { $typeName: "rustorium.v1.SavedBan", ...ban } });
    }
    return [...entries.values()];
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
