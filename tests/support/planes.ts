/** Data planes on 127.0.0.1, whose records lead wherever a test wants. */
import { defaultConfig } from "../../src/config/mod.ts";
import { DataPlane } from "../../src/network/data/plane.ts";
import { Endpoint } from "../../src/network/data/endpoint.ts";
import { makeCertificate } from "../../src/network/data/certificate.ts";
import { Drops } from "../../src/network/guard/drops.ts";
import { Guard } from "../../src/network/guard/guard.ts";
import { peerIdOf } from "../../src/network/identity.ts";
import { ANYBODY } from "../../src/network/peers/admission.ts";
import {
  type KnownRecord,
  readRecord,
  signRecord,
} from "../../src/network/record.ts";
import {
  collectingLog,
  seedSigner,
  systemClock,
  systemRandom,
} from "../../src/platform/mod.ts";
import { ErrorCode } from "../../src/errors/mod.ts";

export type Congestion = "bbr" | "cubic";

const genesisHash = new Uint8Array(32).fill(1);
const HOST = "127.0.0.1";
const listen = { host: HOST, port: 0 };
/** Nobody answers there. */
const NOWHERE = 9;

const outside = () => ({
  clock: systemClock(),
  random: systemRandom(),
  log: collectingLog(),
});
const seedOf = (number: number) => new Uint8Array(32).fill(number);

function configOf(congestion: Congestion) {
  const config = structuredClone(defaultConfig().network);
  return { ...config, quic: { ...config.quic, congestion } };
}

function recordOf(
  number: number,
  dataPort: number,
  certificateHash: Uint8Array<ArrayBuffer>,
  hosts: readonly string[] = [HOST],
): Promise<Uint8Array> {
  return signRecord(seedSigner(seedOf(number)), genesisHash, {
    ...{ timeMs: Date.now(), dataPort, certificateHash },
    addresses: hosts.map((host) => `/ip4/${host}/udp/1/quic-v1`),
  });
}

/** A plane whose peers cannot dial it by the record that it shows. */
export async function openPlane(
  number: number,
  congestion: Congestion = "bbr",
) {
  const plane = new DataPlane(outside());
  const { port, certificateHash } = await plane.start({
    ...{ seed: seedOf(number), genesisHash, listen, ...ANYBODY },
    config: configOf(congestion),
  });
  await plane.announce(await recordOf(number, NOWHERE, certificateHash));
  return {
    ...{ plane, port },
    id: idOf(number),
    /** Leads to it by another port, and by other hosts. */
    async recordVia(
      dataPort: number,
      hosts?: readonly string[],
    ): Promise<KnownRecord> {
      const signed = await recordOf(number, dataPort, certificateHash, hosts);
      return readRecord(signed, genesisHash, Date.now());
    },
  };
}

export type TestPlane = Awaited<ReturnType<typeof openPlane>>;

export function idOf(number: number): string {
  return peerIdOf(seedSigner(seedOf(number)).publicKey);
}

/** Something that dials as a node does, and else does nothing. */
export async function openDialer(number: number): Promise<Endpoint> {
  const certificate = await makeCertificate(Date.now());
  const own = await recordOf(number, NOWHERE, certificate.hash);
  const config = configOf("bbr");
  const drops = new Drops();
  const guard = new Guard({
    ...{ ...outside(), drops, limits: config.limits },
    isExempt: () => true,
  });
  return new Endpoint(listen, {
    ...{ ...outside(), drops, guard, config },
    signer: seedSigner(seedOf(number)),
    ...{ genesisHash, certificate },
    own: () => own,
    admit: () => ErrorCode.PEER_REFUSED,
    onEarly: () => {},
    onLink: () => {},
  });
}

export async function stateOf(
  { plane }: TestPlane,
  id: string,
): Promise<string | undefined> {
  return (await plane.peers()).find((peer) => peer.id === id)?.state;
}
