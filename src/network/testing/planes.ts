/** Data planes on 127.0.0.1, each with the key of a number, and peers that are none. */
import { defaultConfig } from "../../config/mod.ts";
import { ErrorCode } from "../../errors/mod.ts";
import {
  collectingLog,
  seedSigner,
  systemClock,
  systemRandom,
} from "../../platform/mod.ts";
import { CLASSES } from "../channels.ts";
import { makeCertificate } from "../data/certificate.ts";
import { Endpoint } from "../data/endpoint.ts";
import type { Link } from "../data/link.ts";
import { DataPlane, type Outside } from "../data/plane.ts";
import { Window } from "../data/window.ts";
import { Drops } from "../guard/drops.ts";
import { Guard } from "../guard/guard.ts";
import { Arrivals } from "../paths/arrivals.ts";
import { ANYBODY } from "../peers/admission.ts";
import { readRecord, signRecord } from "../record.ts";

export const genesisHash = new Uint8Array(32).fill(1);
const outside = () => ({
  clock: systemClock(),
  random: systemRandom(),
  log: collectingLog(),
});
const seedOf = (number: number) => new Uint8Array(32).fill(number);
const config = defaultConfig().network;
export const listen = { host: "127.0.0.1", port: 0 };
/** A window of a megabyte. */
const wide = {
  ...{ clock: systemClock(), rttMs: () => 1 },
  ...{ leastBytes: 1 << 20, mostBytes: () => 1 << 20 },
};

/** The record of the node with the key of a number. */
export function recordOf(
  number: number,
  dataPort: number,
  certificateHash: Uint8Array<ArrayBuffer>,
) {
  return signRecord(seedSigner(seedOf(number)), genesisHash, {
    timeMs: Date.now(),
    addresses: ["/ip4/127.0.0.1/udp/1/quic-v1"],
    dataPort,
    certificateHash,
  });
}

/** A data plane, and what leads to it. */
export async function plane(number: number, more: Partial<Outside> = {}) {
  const parts = { ...outside(), ...more };
  const plane = new DataPlane(parts);
  const seed = seedOf(number);
  const { port, certificateHash } = await plane.start({
    ...{ seed, genesisHash, listen, config, ...ANYBODY },
  });
  const signed = await recordOf(number, port, certificateHash);
  await plane.announce(signed);
  const record = readRecord(signed, genesisHash, Date.now());
  return { plane, record, log: parts.log };
}

/** A peer that does as it likes once it is connected. */
export async function stranger(
  number: number,
  own: {
    chain?: Uint8Array;
    record?: Uint8Array;
    /** Takes whoever dials it. */
    onLink?: (link: Link) => void;
  } = {},
) {
  const certificate = await makeCertificate(Date.now());
  const signed = (port: number) => recordOf(number, port, certificate.hash);
  let record = own.record ?? await signed(9);
  const drops = new Drops();
  const guard = new Guard({
    ...{ ...outside(), drops, limits: config.limits },
    isExempt: () => true,
  });
  const endpoint = new Endpoint(listen, {
    ...{ ...outside(), drops, guard },
    signer: seedSigner(seedOf(number)),
    genesisHash: own.chain ?? genesisHash,
    config,
    certificate,
    own: () => record,
    admit: () => own.onLink ? 0 : ErrorCode.PEER_REFUSED,
    onEarly: () => {},
    onLink: (_, link) => own.onLink?.(link),
  });
  if (own.onLink) record = await signed(endpoint.port);
  return Object.assign(endpoint, { record: () => record });
}

/** Reads what comes, and resolves at the end of the connection. */
export function ended(link: Link): Promise<void> {
  return link.run({
    session: "0".repeat(16),
    windows: CLASSES.map(() => new Window(wide)),
    isOneOfSeveral: () => false,
    arrivals: () => new Arrivals(),
    onMessage: () => Promise.resolve(),
    onFrame: () => undefined,
    onTaken: () => {},
    onRoom: () => {},
    onMalformed: () => {},
    onRequest: () => Promise.resolve(),
  });
}
