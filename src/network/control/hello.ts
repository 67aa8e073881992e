import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ErrorCode, fault } from "../../errors/mod.ts";
import {
  type PeerHello,
  PeerHelloSchema,
  type SignedPeerRecord,
  SignedPeerRecordSchema,
} from "../../proto/gen/rustorium/v1/network_pb.ts";
import type { Book } from "../book.ts";
import { type Duplex, frame, FrameReader } from "../frames.ts";
import { LIMITS } from "../limits.ts";
import { checkRecord, type KnownRecord } from "../record.ts";

/** What a node says first. */
export interface HelloParts {
  genesisHash: Uint8Array;
  book: Book;
  /** Encoding of the own `SignedPeerRecord`. */
  own(): Uint8Array;
  nowMs(): number;
  /** Whether others may hear of a node. */
  isTold(id: string): boolean;
}

/** What the other side said. */
export interface Greeting {
  record: KnownRecord;
  known: KnownRecord[];
}

/** The dialling side: says hello and hears the other's. Whoever has no room names others nonetheless, to `onNamed`. @throws PEER_OTHER_CHAIN, PEER_REFUSED, MESSAGE_MALFORMED */
export async function sayHello(
  stream: Duplex,
  peer: string,
  parts: HelloParts,
  onNamed: (known: KnownRecord[]) => void = () => {},
): Promise<Greeting> {
  await stream.write(frame(encode(parts, { refusal: 0, isNaming: true })));
  await stream.end();
  const reader = new FrameReader(stream.chunks);
  const hello = decode(await reader.next(LIMITS.helloBytesMax));
  if (hello.refusal !== 0) {
    onNamed(readKnown(hello, parts));
    throw fault(hello.refusal, { peer });
  }
  const record = readOwn(hello, peer, parts);
  return { record, known: readKnown(hello, parts) };
}

/** What the answering side makes of a hello. */
export interface HelloJudge {
  /** Why this peer may not connect, as an error code; 0: it may. */
  refusal(record: KnownRecord): number;
  /** The same for want of room: it may try others. */
  admit(): number;
  /** It is admitted. Is called before the answer, after which it may send at once. */
  welcome(greeting: Greeting): void;
}

/** The other side: hears a hello and says its own. */
export async function hearHello(
  stream: Duplex,
  peer: string,
  parts: HelloParts,
  judge: HelloJudge,
): Promise<void> {
  const reader = new FrameReader(stream.chunks);
  const hello = decode(await reader.next(LIMITS.helloBytesMax));
  const isOurs = hello.genesisHash.toHex() === parts.genesisHash.toHex();
  const record = isOurs ? readOwn(hello, peer, parts) : undefined;
  const unfit = record ? judge.refusal(record) : ErrorCode.PEER_OTHER_CHAIN;
  const refusal = unfit || judge.admit();
  if (refusal === 0) {
    // Not before: whoever is refused may come back as often as it likes.
    judge.welcome({ record: record!, known: readKnown(hello, parts) });
  }
  const answer = encode(parts, { refusal, isNaming: unfit === 0 });
  await stream.write(frame(answer));
  await stream.end();
}

function encode(
  parts: HelloParts,
  { refusal, isNaming }: { refusal: number; isNaming: boolean },
): Uint8Array {
  const { genesisHash, book, own, isTold } = parts;
  return toBinary(
    PeerHelloSchema,
    create(PeerHelloSchema, {
      genesisHash,
      refusal,
      ...(refusal === 0 && { own: signed(own()) }),
      ...(isNaming && {
        known: book.latest(LIMITS.helloRecordsMax, isTold)
          .map((record) => signed(record.signed)),
      }),
    }),
  );
}

function signed(bytes: Uint8Array): SignedPeerRecord {
  return fromBinary(SignedPeerRecordSchema, bytes);
}

function decode(bytes: Uint8Array): PeerHello {
  try {
    return fromBinary(PeerHelloSchema, bytes);
  } catch {
    throw fault(ErrorCode.MESSAGE_MALFORMED, "hello");
  }
}

function readOwn(
  hello: PeerHello,
  peer: string,
  parts: HelloParts,
): KnownRecord {
  const { genesisHash } = parts;
  if (hello.genesisHash.toHex() !== genesisHash.toHex()) {
    throw fault(ErrorCode.PEER_OTHER_CHAIN, { peer });
  }
  if (!hello.own) throw fault(ErrorCode.MESSAGE_MALFORMED, "hello");
  const record = checkRecord(hello.own, genesisHash, parts.nowMs());
  if (record.id !== peer) throw fault(ErrorCode.MESSAGE_MALFORMED, "identity");
  return record;
}

function readKnown(
  { known }: PeerHello,
  { genesisHash, nowMs }: HelloParts,
): KnownRecord[] {
  if (known.length > LIMITS.helloRecordsMax) {
    throw fault(ErrorCode.MESSAGE_MALFORMED, "hello");
  }
  return known.map((one) => checkRecord(one, genesisHash, nowMs()));
}
