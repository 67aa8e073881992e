import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Channel } from "../../consensus/mod.ts";
import type { Network } from "../../platform/mod.ts";
import {
  BatchHeaderSchema,
  BatchSchema,
} from "../../proto/gen/rustorium/v1/batch_pb.ts";
import { core } from "../core.ts";
import { over, type Wrap } from "./behaviour.ts";

const ENTRY = 9;
const ENVELOPE_HEADER = 100;

/** Changes a payload in place before its author signs for it. */
export type Spoil = (payload: Uint8Array) => void;

/** What can be wrong with a batch of which every part is signed. */
export const SPOILS: Record<string, Spoil> = {
  "a signature that is none": (payload) => {
    payload[tableBytes(payload) + 40]! ^= 1;
  },
  "a transaction of another chain": (payload) => {
    payload[tableBytes(payload) + ENVELOPE_HEADER + 1]! ^= 1;
  },
  "a sender of another slot": (payload) => {
    const last = tableBytes(payload) - ENTRY;
    payload[last]! += payload[last]! < 255 ? 1 : -1;
  },
};

type Signing = Pick<Wrap, "key" | "genesisHash">;

/** Spoils each of its batches in a way that it draws, and signs for what is in it. No honest node holds one, and whoever gets one may convict it. */
export function spoilingAtRandom(network: Network, wrap: Wrap): Network {
  const spoils = Object.values(SPOILS);
  return spoiling(
    network,
    wrap,
    (payload) => spoils[wrap.random.integer(spoils.length)]!(payload),
  );
}

/** The network of a validator that spoils each of its batches. */
export function spoiling(
  network: Network,
  wrap: Signing,
  spoil: Spoil,
): Network {
  return over(network, {
    broadcast: (channel, message) => {
      const sent = channel === Channel.batch
        ? spoiled(message, wrap, spoil)
        : message;
      network.broadcast(channel, sent);
    },
  });
}

function spoiled(
  bytes: Uint8Array,
  { key, genesisHash }: Signing,
  spoil: Spoil,
): Uint8Array {
  const { header, payload } = fromBinary(BatchSchema, bytes.slice());
  spoil(payload);
  const [table, ...envelopes] = leavesOf(payload);
  const ids = envelopes.map((one) =>
    core.transactionId(
      genesisHash,
      one.subarray(0, 32),
      one.subarray(ENVELOPE_HEADER),
    )
  );
  const forged = create(BatchHeaderSchema, {
    ...header!,
    transactionsRoot: rootOf(ids),
    payloadRoot: rootOf([table!, ...envelopes]),
  });
  const digest = core.batchDigest(toBinary(BatchHeaderSchema, forged));
  const signed = core.batchSignBytes(genesisHash, digest);
  const signature = core.signWith(key.seed, signed);
  return toBinary(
    BatchSchema,
    create(BatchSchema, { header: forged, signature, payload }),
  );
}

function leavesOf(payload: Uint8Array): Uint8Array[] {
  const view = new DataView(payload.buffer, payload.byteOffset);
  const leaves = [payload.subarray(0, tableBytes(payload))];
  let at = tableBytes(payload);
  while (at < payload.length) {
    const end = at + ENVELOPE_HEADER + view.getUint32(at + 96, true);
    leaves.push(payload.subarray(at, end));
    at = end;
  }
  return leaves;
}

function tableBytes(payload: Uint8Array): number {
  return 2 + ENTRY * (payload[0]! + 256 * payload[1]!);
}

function rootOf(items: readonly Uint8Array[]): Uint8Array {
  return core.listRoot(
    new Uint8Array(items.flatMap((item) => [...item])),
    Uint32Array.from(items, (item) => item.length),
  );
}
