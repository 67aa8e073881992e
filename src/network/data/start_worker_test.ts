import assert from "node:assert/strict";
import { defaultConfig } from "../../config/mod.ts";
import {
  collectingLog,
  seedSigner,
  systemClock,
  systemRandom,
} from "../../platform/mod.ts";
import { namedFrame } from "../frames.ts";
import { peerIdOf } from "../identity.ts";
import { ANYBODY } from "../peers/admission.ts";
import { signRecord } from "../record.ts";
import { startDataHere } from "./start_here.ts";
import { startDataWorker } from "./start_worker.ts";
import type { Incoming } from "./types.ts";

const genesisHash = new Uint8Array(32).fill(1);

/** A worker, and the record that leads to it. */
async function start(
  number: number,
  onIncoming: (item: Incoming) => void,
  isOwnThread = true,
) {
  const seed = new Uint8Array(32).fill(number);
  const options = {
    ...{ seed, genesisHash, config: defaultConfig().network, ...ANYBODY },
    listen: { host: "127.0.0.1", port: 0 },
  };
  const clock = systemClock();
  const outside = { clock, random: systemRandom(), log: collectingLog() };
  const worker = isOwnThread
    ? await startDataWorker(options, { level: "error", format: "json" })
    : await startDataHere(options, outside);
  worker.hear(onIncoming);
  const { port: dataPort, certificateHash } = worker.address;
  const signer = seedSigner(seed);
  const signed = await signRecord(signer, genesisHash, {
    ...{ timeMs: Date.now(), dataPort, certificateHash },
    addresses: ["/ip4/127.0.0.1/udp/1/quic-v1"],
  });
  await worker.service.announce(signed);
  return { worker, signed, id: peerIdOf(signer.publicKey) };
}

async function failsWhenDeaf(isOwnThread: boolean) {
  const deaf = await start(1, () => {
    throw new Error("deaf");
  }, isOwnThread);
  const friend = await start(2, () => {}, isOwnThread);
  try {
    const connected = new Promise<void>((resolve) =>
      friend.worker.service.onStates((states) => {
        if (states.some(({ state }) => state === "up")) resolve();
      })
    );
    await friend.worker.service.know(deaf.signed);
    await deaf.worker.service.know(friend.signed);
    await connected;
    const frame = namedFrame("vote", Uint8Array.of(1));
    friend.worker.send({ to: [deaf.id], of: 0, frame });
    await assert.rejects(deaf.worker.failed, { codeName: "RPC_INTERNAL" });
  } finally {
    await Promise.all([deaf.worker.stop(), friend.worker.stop()]);
  }
}

Deno.test("a node that can hear no more messages says that it has failed", () =>
  failsWhenDeaf(true));

Deno.test("so does one in whose own thread the data plane is", () =>
  failsWhenDeaf(false));

Deno.test("a record that cannot be read is refused, in whichever thread", async () => {
  for (const isOwnThread of [true, false]) {
    const { worker } = await start(1, () => {}, isOwnThread);
    await assert.rejects(worker.service.know(new Uint8Array(3)));
    await worker.stop();
  }
});

Deno.test("stopping is no failure", async () => {
  const { worker } = await start(1, () => {});
  let isFailed = false;
  worker.failed.catch(() => isFailed = true);
  await worker.stop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(!isFailed);
});
