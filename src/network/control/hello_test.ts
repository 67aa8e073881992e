import assert from "node:assert/strict";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ErrorCode } from "../../errors/mod.ts";
import { seedSigner } from "../../platform/mod.ts";
import {
  PeerHelloSchema,
  SignedPeerRecordSchema,
} from "../../proto/gen/rustorium/v1/network_pb.ts";
import { Book } from "../book.ts";
import { contentOf, type Duplex, frame } from "../frames.ts";
import { peerIdOf } from "../identity.ts";
import { signRecord } from "../record.ts";
import { hearHello } from "./hello.ts";

const genesisHash = new Uint8Array(32).fill(1);
const signer = seedSigner(new Uint8Array(32).fill(2));
const peer = peerIdOf(signer.publicKey);

/** Brings a hello that names somebody whose signature is wrong. */
async function* spoiledHello() {
  const signed = await signRecord(signer, genesisHash, {
    addresses: ["/ip4/127.0.0.1/udp/1/quic-v1"],
    ...{ timeMs: 1, dataPort: 9, certificateHash: new Uint8Array(32) },
  });
  const own = fromBinary(SignedPeerRecordSchema, signed);
  const known = [{ ...own, signature: new Uint8Array(64) }];
  yield frame(toBinary(
    PeerHelloSchema,
    create(PeerHelloSchema, { genesisHash, own, known }),
  ));
}

Deno.test("whom a node names is looked at once it is admitted, and not before", async () => {
  const hear = async (refusal: number) => {
    const answers: Uint8Array[] = [];
    const stream: Duplex = {
      chunks: spoiledHello(),
      write: (bytes) => Promise.resolve(void answers.push(bytes)),
      end: () => Promise.resolve(),
      abort() {},
    };
    const parts = {
      ...{ genesisHash, book: new Book(""), own: () => new Uint8Array() },
      ...{ nowMs: () => 1, isTold: () => true },
    };
    await hearHello(stream, peer, parts, {
      refusal: () => 0,
      admit: () => refusal,
      welcome() {},
    });
    return fromBinary(PeerHelloSchema, contentOf(answers[0]!)).refusal;
  };
  assert.equal(await hear(ErrorCode.PEER_REFUSED), ErrorCode.PEER_REFUSED);
  await assert.rejects(hear(0), { codeName: "MESSAGE_MALFORMED" });
});
