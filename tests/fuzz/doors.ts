/** Everything in TypeScript that reads what peers send. */
import { create, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { Announcements } from "../../src/consensus/batches/announcement.ts";
import { cutOf, cutUp, nodeOver } from "../../src/consensus/batches/cut.ts";
import { readOutline, serve } from "../../src/consensus/batches/outline.ts";
import { Judge } from "../../src/consensus/judge.ts";
import { relayMessages } from "../../src/consensus/relay.ts";
import { HeaderRules } from "../../src/consensus/rules.ts";
import { Senders } from "../../src/consensus/senders.ts";
import { makeBatch, testAuthors } from "../../src/consensus/testing/batch.ts";
import { Validators } from "../../src/consensus/validators.ts";
import type { CoreExports } from "../../src/core/mod.ts";
import { Book } from "../../src/network/book.ts";
import { hearHello, sayHello } from "../../src/network/control/hello.ts";
import { readMessages } from "../../src/network/control/messages.ts";
import {
  encodePeers,
  Neighbours,
} from "../../src/network/control/neighbours.ts";
import { admitClient } from "../../src/network/data/auth.ts";
import { answer, ask } from "../../src/network/exchange.ts";
import { type Duplex, frame, namedFrame } from "../../src/network/frames.ts";
import { peerIdOf } from "../../src/network/identity.ts";
import { LIMITS } from "../../src/network/limits.ts";
import {
  issueNodeCertificate,
  readNodeCertificate,
} from "../../src/network/peers/node_certificate.ts";
import { readRecord, signRecord } from "../../src/network/record.ts";
import {
  type Network,
  seedSigner,
  systemClock,
  systemRandom,
} from "../../src/platform/mod.ts";
import {
  HeldBatchesSchema,
  PeerHelloSchema,
  ProposedBlockSchema,
  SignedPeerRecordSchema,
} from "../../src/proto/gen/rustorium/v1/network_pb.ts";
import { BlockSchema } from "../../src/proto/gen/rustorium/v1/block_pb.ts";
import { ProposalSchema } from "../../src/proto/gen/rustorium/v1/consensus_pb.ts";
import { fromBinary } from "@bufbuild/protobuf";
import { concat, equal } from "../../src/bytes/mod.ts";
import { address, genesisHash, samples } from "../support/samples.ts";

/** Something that bytes of a peer come to: it takes them, or rejects with a code. */
export interface Door {
  sample: Uint8Array;
  enter(bytes: Uint8Array): unknown;
}

const signer = seedSigner(new Uint8Array(32).fill(3));
const peer = peerIdOf(signer.publicKey);
const signed = await signRecord(signer, genesisHash, {
  timeMs: 1_700_000_000_000,
  addresses: ["/ip4/127.0.0.1/udp/26656/quic-v1"],
  dataPort: 26_658,
  certificateHash: new Uint8Array(32).fill(4),
});
const record = fromBinary(SignedPeerRecordSchema, signed);
const nowMs = () => 1_800_000_000_000;
const hello = {
  genesisHash,
  book: new Book(peer),
  own: () => signed,
  nowMs,
  isTold: () => true,
};
const helloSample = frame(toBinary(
  PeerHelloSchema,
  create(PeerHelloSchema, { genesisHash, own: record, known: [record] }),
));
const auth = {
  clock: systemClock(),
  random: systemRandom(),
  ...{ signer, genesisHash, certificateHash: new Uint8Array(32) },
};

/** A stream that brings these bytes, in two chunks. */
function streamOf(bytes: Uint8Array): Duplex {
  const nothing = () => Promise.resolve();
  const half = bytes.length >> 1;
  async function* chunks() {
    yield await Promise.resolve(bytes.subarray(0, half));
    yield bytes.subarray(half);
  }
  return { chunks: chunks(), write: nothing, end: nothing, abort() {} };
}

/** A stream of the network, and what stands at its end. */
export const DOORS: Record<string, Door> = {
  readRecord: {
    sample: signed,
    enter: (bytes) => readRecord(bytes, genesisHash, nowMs()),
  },
  readNodeCertificate: {
    sample: await issueNodeCertificate(signer, genesisHash, {
      id: peer,
      expiresMs: nowMs(),
    }),
    enter: (bytes) => readNodeCertificate(bytes, genesisHash),
  },
  hearHello: {
    sample: helloSample,
    enter: (bytes) =>
      hearHello(streamOf(bytes), peer, hello, {
        refusal: () => 0,
        admit: () => 0,
        welcome() {},
      }),
  },
  sayHello: {
    sample: helloSample,
    enter: (bytes) => sayHello(streamOf(bytes), peer, hello),
  },
  "Neighbours.hear": {
    sample: encodePeers([peer, peer]),
    enter: (bytes) => new Neighbours(peer).hear(peer, bytes),
  },
  readMessages: {
    sample: concat(
      namedFrame("vote", samples.vote),
      namedFrame("held", samples.vote),
    ),
    enter: (bytes) =>
      readMessages(streamOf(bytes), (name, body) => {
        assert.ok(/^[a-z][a-z0-9_-]*$/.test(name));
        assert.ok(body.length <= LIMITS.messageBytesMax);
        return undefined;
      }),
  },
  answer: {
    sample: namedFrame("block", new Uint8Array(8)),
    enter: (bytes) =>
      answer(
        streamOf(bytes),
        { take() {}, give() {} },
        (_, body) => Promise.resolve(body),
      ),
  },
  ask: {
    sample: frame(Uint8Array.of(0, 1, 2, 3)),
    enter: (bytes) => ask(streamOf(bytes), "block", new Uint8Array(8)),
  },
  admitClient: {
    sample: concat(
      frame(concat(genesisHash, new Uint8Array(32))),
      frame(concat(new Uint8Array(64), signed)),
    ),
    enter: (bytes) =>
      admitClient(streamOf(bytes), auth, {
        admit: () => 0,
        onTicket: () => {},
      }),
  },
};

/** Verdicts of consensus on what passes from node to node, by channel. */
export function relayDoors(core: CoreExports): Record<string, Door> {
  const rules = new HeaderRules(core, samples.genesis, genesisHash);
  const judges = new Map<string, Parameters<Network["relay"]>[1]>();
  const validators = new Validators(rules.validators);
  const announcements = new Announcements({
    ...{ core, genesisHash, validators, signer, address },
  });
  relayMessages({
    network: {
      relay: (channel, judge) => void judges.set(channel, judge),
    } as Pick<Network, "relay"> as Network,
    senders: new Senders({
      ...{ core, genesisHash, validators: rules.validators },
    }),
    judge: new Judge(
      { core, rules } as ConstructorParameters<typeof Judge>[0],
    ),
    batches: {
      isWord: (message: Uint8Array) =>
        announcements.read(message) !== undefined,
    } as Parameters<typeof relayMessages>[0]["batches"],
    validators,
    tip: () => 2n,
  });
  const held = create(HeldBatchesSchema, {
    holder: address,
    digests: [new Uint8Array(32), new Uint8Array(32)],
    signature: new Uint8Array(64),
  });
  const proposed = create(ProposedBlockSchema, {
    proposal: fromBinary(ProposalSchema, samples.proposal),
    block: fromBinary(BlockSchema, samples.block),
  });
  const door = (channel: string, sample: Uint8Array): Door => ({
    sample,
    enter: (bytes) =>
      assert.match(judges.get(channel)!(bytes), /^(accept|ignore|reject)$/),
  });
  return {
    vote: door("vote", samples.vote),
    proposal: door("proposal", toBinary(ProposedBlockSchema, proposed)),
    certificate: door(
      "certificate",
      concat(Uint8Array.of(8, 1, 18, samples.vote.length), samples.vote),
    ),
    held: door("held", toBinary(HeldBatchesSchema, held)),
  };
}

/** What peers answer when a batch is asked for. */
export function batchDoors(core: CoreExports): Record<string, Door> {
  const { digest, batch, payload } = makeBatch(core, genesisHash, 1, {
    ...{ envelopes: 150, bodyBytes: 1_000 },
  });
  const { answer } = serve(core, batch);
  const cut = cutOf({
    ...{ payloadBytes: payload.length, transactionCount: 150 },
  })!;
  const chunk = cutUp(payload, cut)![0]!;
  const node = nodeOver(core, chunk, cut, 0)!;
  const parts = { core, genesisHash, validators: testAuthors(core) };
  return {
    outline: {
      sample: answer,
      enter(bytes) {
        const outline = readOutline(parts, digest, bytes);
        assert.equal(outline !== undefined, equal(bytes, answer));
      },
    },
    chunk: {
      sample: chunk,
      enter(bytes) {
        const over = nodeOver(core, bytes, cut, 0);
        const isRight = over !== undefined && equal(over, node);
        assert.equal(isRight, equal(bytes, chunk));
      },
    },
  };
}
