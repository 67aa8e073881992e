import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../../core/mod.ts";
import {
  type BatchHeader,
  BatchHeaderSchema,
  BatchSchema,
} from "../../proto/gen/rustorium/v1/batch_pb.ts";
import { concat, equal, join, Reader, u32 } from "../../bytes/mod.ts";
import type { Validators } from "../validators.ts";
import { type Cut, cutOf, cutUp, nodeOver, rootOver } from "./cut.ts";
import { type NamedBatch, readBatch } from "./entry.ts";

const WHOLE = 0;
const CUT = 1;
const SIGNATURE_BYTES = 64;
const NODE_BYTES = 32;

/** A batch without its payload, and what each chunk of that is checked by. */
export interface Outline {
  header: BatchHeader;
  signature: Uint8Array;
  cut: Cut;
  /** Over the chunks: see {@linkcode nodeOver}. */
  nodes: Uint8Array[];
}

export interface OutlineParts {
  core: Pick<
    CoreExports,
    "batchDigest" | "batchSignBytes" | "hashOf" | "listRoot" | "verifySignature"
  >;
  genesisHash: Uint8Array;
  /** Whose batches there are. */
  validators: Pick<Validators, "keyOf">;
}

/** A batch as it is given to peers. */
export interface Served {
  /** The answer to whoever asks for its outline: all of it, where it is no larger than a chunk. Made when it is asked for. */
  readonly answer: Uint8Array;
  readonly chunks: readonly Uint8Array[];
}

/** Cuts a batch up. `WHOLE | batch`, or `CUT | length of the header (u32) | header | signature | nodes`. */
export function serve(
  core: OutlineParts["core"],
  batch: Uint8Array,
): Served {
  const { header, signature, payload } = fromBinary(BatchSchema, batch);
  const cut = header && cutOf(header);
  const chunks = cut && cut.chunks > 1 ? cutUp(payload, cut) : undefined;
  let answer: Uint8Array | undefined;
  const outline = () =>
    header && cut && chunks &&
    encoded(core, { header, signature, cut }, chunks);
  return {
    chunks: chunks ?? [],
    get answer() {
      return answer ??= outline() ?? concat(Uint8Array.of(WHOLE), batch);
    },
  };
}

/** Undefined where the header is of other chunks. */
function encoded(
  core: OutlineParts["core"],
  { header, signature, cut }: Omit<Outline, "nodes">,
  chunks: readonly Uint8Array[],
): Uint8Array | undefined {
  const nodes = chunks.map((chunk, at) => nodeOver(core, chunk, cut, at)!);
  if (!equal(rootOver(core, nodes), header.payloadRoot)) return undefined;
  const bytes = toBinary(BatchHeaderSchema, header);
  const parts = [Uint8Array.of(CUT), u32(bytes.length), bytes, signature];
  return join([...parts, ...nodes]);
}

/**
 * What an answer says of the batch of that name: all of it, which nobody has
 * looked into yet, or its outline, which is right then. Undefined where it is
 * neither.
 */
export function readOutline(
  { core, genesisHash, validators }: OutlineParts,
  digest: Uint8Array,
  answer: Uint8Array,
): NamedBatch | Outline | undefined {
  try {
    const reader = new Reader(answer);
    const kind = reader.u8();
    if (kind === WHOLE) {
      const named = readBatch(core, reader.rest());
      return named && equal(named.digest, digest) ? named : undefined;
    }
    if (kind !== CUT) return undefined;
    const bytes = reader.bytes(reader.u32());
    if (!equal(core.batchDigest(bytes), digest)) return undefined;
    const header = fromBinary(BatchHeaderSchema, bytes);
    const signature = reader.bytes(SIGNATURE_BYTES);
    const cut = cutOf(header);
    if (!cut || reader.left !== cut.chunks * NODE_BYTES) return undefined;
    const nodes = Array.from(
      { length: cut.chunks },
      () => reader.bytes(NODE_BYTES),
    );
    const key = validators.keyOf(header.author);
    const isRight = key && equal(rootOver(core, nodes), header.payloadRoot) &&
      core.verifySignature(
        key,
        core.batchSignBytes(genesisHash, digest),
        signature,
      );
    return isRight ? { header, signature, cut, nodes } : undefined;
  } catch {
    return undefined;
  }
}

/** The batch that an outline and all of its chunks make. */
export function assembled(
  digest: Uint8Array,
  { header, signature }: Outline,
  chunks: readonly Uint8Array[],
): NamedBatch {
  const payload = join(chunks);
  const message = create(BatchSchema, { header, signature, payload });
  return { digest, facts: header, batch: toBinary(BatchSchema, message) };
}
