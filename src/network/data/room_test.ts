import assert from "node:assert/strict";
import { defaultConfig } from "../../config/mod.ts";
import {
  collectingLog,
  Internet,
  Scheduler,
  seededRandom,
  seedSigner,
  simClock,
} from "../../platform/mod.ts";
import { ANYBODY } from "../peers/admission.ts";
import { readRecord, signRecord } from "../record.ts";
import { virtualQuic } from "../virtual/quic.ts";
import { DataPlane } from "./plane.ts";

const genesisHash = new Uint8Array(32).fill(1);

Deno.test("of those who are not connected a validator does not lose its place to others", async () => {
  const random = seededRandom(1);
  const scheduler = new Scheduler(random);
  const [clock, internet] = [
    simClock(scheduler),
    new Internet(scheduler, random),
  ];
  const quic = virtualQuic({ internet, random });
  const plane = new DataPlane({ clock, random, quic, log: collectingLog() });
  await plane.start({
    ...{ seed: new Uint8Array(32).fill(1), genesisHash, ...ANYBODY },
    listen: { host: "20.0.0.1", port: 1 },
    config: { ...defaultConfig().network, max_peers: 2 },
  });
  const records = await Promise.all([2, 3, 4].map(async (number) => {
    const signer = seedSigner(new Uint8Array(32).fill(number));
    const signed = await signRecord(signer, genesisHash, {
      ...{ timeMs: clock.now(), addresses: [], dataPort: 1 },
      certificateHash: new Uint8Array(32),
    });
    return readRecord(signed, genesisHash, clock.now());
  }));
  const [validator, ...others] = records;
  await plane.protect([validator!.id], []);
  for (const { signed } of [validator!, ...others]) await plane.know(signed);
  assert.deepEqual(
    (await plane.peers()).map(({ id }) => id),
    [validator!.id, others[1]!.id],
  );
  await plane.stop();
});
