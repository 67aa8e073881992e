import assert from "node:assert/strict";
import { defaultConfig } from "../../config/mod.ts";
import {
  collectingLog,
  seedSigner,
  systemClock,
  systemRandom,
} from "../../platform/mod.ts";
import { ANYBODY } from "../peers/admission.ts";
import { issueNodeCertificate } from "../peers/node_certificate.ts";
import { peerIdOf } from "../identity.ts";
import { signRecord } from "../record.ts";
import { until } from "../testing/open.ts";
import { DataPlane } from "./plane.ts";

const genesisHash = new Uint8Array(32).fill(1);
const signer = (number: number) => seedSigner(new Uint8Array(32).fill(number));
const authority = signer(100);
const permissioned = {
  ...ANYBODY,
  authorities: [authority.publicKey.toHex()],
};

/** A data plane with a certificate or without one, and what leads to it. */
async function open(number: number, isCertified: boolean) {
  const plane = new DataPlane({
    clock: systemClock(),
    random: systemRandom(),
    log: collectingLog(),
  });
  const { port, certificateHash } = await plane.start({
    ...{ seed: new Uint8Array(32).fill(number), genesisHash, ...permissioned },
    config: defaultConfig().network,
    listen: { host: "127.0.0.1", port: 0 },
  });
  const id = peerIdOf(signer(number).publicKey);
  const signed = await signRecord(signer(number), genesisHash, {
    timeMs: Date.now(),
    addresses: ["/ip4/127.0.0.1/udp/1/quic-v1"],
    dataPort: port,
    certificateHash,
    ...(isCertified && {
      nodeCertificate: await issueNodeCertificate(authority, genesisHash, {
        id,
        expiresMs: Date.now() + 60_000,
      }),
    }),
  });
  await plane.announce(signed);
  const isUp = async (other: string) =>
    (await plane.peers()).some(({ id, state }) =>
      id === other && state !== "down"
    );
  return { plane, signed, id, isUp };
}

Deno.test("the data plane asks whoever dials it for a certificate, and lets go of who is barred", async () => {
  const [server, member, outsider] = [
    await open(1, true),
    await open(2, true),
    await open(3, false),
  ];
  try {
    await outsider.plane.know(server.signed);
    await member.plane.know(server.signed);
    await until("member", () => server.isUp(member.id));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.ok(!await server.isUp(outsider.id));
    await server.plane.know(outsider.signed);
    assert.deepEqual((await server.plane.peers()).length, 1);
    await server.plane.bar([member.id]);
    await until("gone", async () => !await member.isUp(server.id));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.ok(!await server.isUp(member.id));
    await server.plane.bar([]);
    await until("back", () => server.isUp(member.id));
  } finally {
    for (const { plane } of [server, member, outsider]) await plane.stop();
  }
});
