import assert from "node:assert/strict";
import { defaultConfig } from "../config/mod.ts";
import { seedSigner } from "../platform/mod.ts";
import { DataPlane } from "./data/plane.ts";
import { peerIdOf } from "./identity.ts";
import { ANYBODY } from "./peers/admission.ts";
import { signRecord } from "./record.ts";
import { virtualWorld } from "./testing/virtual.ts";

const genesisHash = new Uint8Array(32).fill(1);
const seedOf = (number: number) => new Uint8Array(32).fill(number);
const idOf = (number: number) => peerIdOf(seedSigner(seedOf(number)).publicKey);
const SECOND_MS = 1_000;

function recordOf(
  number: number,
  certificateHash: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  return signRecord(seedSigner(seedOf(number)), genesisHash, {
    addresses: [`/ip4/20.0.0.${number}/udp/1/quic-v1`],
    ...{ timeMs: 1, dataPort: 2, certificateHash },
  });
}

Deno.test("who is on the data plane while the node still starts is answered once it has, and is a peer", async () => {
  const { scheduler, open, outsideOf } = virtualWorld();
  const { carriers } = outsideOf(1);
  const certificate = await carriers.quic.certificate(0);
  const { promise: mayStart, resolve: start } = Promise.withResolvers<void>();
  const opening = open(1, {
    carriers: {
      startNode: (options) => mayStart.then(() => carriers.startNode(options)),
      quic: {
        ...carriers.quic,
        certificate: () => Promise.resolve(certificate),
      },
    },
  });
  const { carriers: { quic }, ...outside } = outsideOf(2);
  const early = new DataPlane({ ...outside, quic });
  const { certificateHash } = await early.start({
    ...{ seed: seedOf(2), genesisHash, ...ANYBODY },
    listen: { host: "20.0.0.2", port: 2 },
    config: defaultConfig().network,
  });
  await early.announce(await recordOf(2, certificateHash));
  await early.know(await recordOf(1, certificate.hash));
  await scheduler.run(5 * SECOND_MS);
  const asked = early.request(idOf(1), "echo", new Uint8Array(1), 60_000);
  const refused = assert.rejects(asked, { codeName: "PEER_REFUSED" });
  await scheduler.run(5 * SECOND_MS);
  start();
  const network = await opening;
  network.failed.catch((error) => assert.fail(error));
  await scheduler.run(5 * SECOND_MS);
  await refused;
  assert.deepEqual(network.peers(), [idOf(2)]);
  await early.stop();
  await network.close();
});
