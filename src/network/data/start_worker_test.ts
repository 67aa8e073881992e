import assert from "node:assert/strict";
import { defaultConfig } from "../../config/mod.ts";
import { seedSigner } from "../../platform/mod.ts";
import { namedFrame } from "../frames.ts";
import { peerIdOf } from "../identity.ts";
import { ANYBODY } from "../peers/admission.ts";
import { signRecord } from "../record.ts";
import { startDataWorker } from "./start_worker.ts";
import type { Incoming } from "./types.ts";

const genesisHash = new Uint8Array(32).fill(1);

/** A worker, and the record that leads to it. */
async function start(number: number, onIncoming: (item: Incoming) => void) {
  const seed = new Uint8Array(32).fill(number);
  const worker = await startDataWorker(
    {
      ...{ seed, genesisHash, config: defaultConfig().network, ...ANYBODY },
      listen: { host: "127.0.0.1", port: 0 },
    },
    onIncoming,
    { level: "error", format: "json" },
  );
  const { port: dataPort, certificateHash } = worker.address;
  const signer = seedSigner(seed);
  const signed = await signRecord(signer, genesisHash, {
    ...{ timeMs: Date.now(), dataPort, certificateHash },
    addresses: ["/ip4/127.0.0.1/udp/1/quic-v1"],
  });
  await worker.service.announce(signed);
  return { worker, signed, id: peerIdOf(signer.publicKey) };
}

Deno.test("a node that can hear no more messages says that it has failed", async () => {
  const deaf = await start(1, () => {
    throw new Error("deaf");
  });
  const friend = await start(2, () => {});
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
});

Deno.test("stopping is no failure", async () => {
  const { worker } = await start(1, () => {});
  let isFailed = false;
  worker.failed.catch(() => isFailed = true);
  await worker.stop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(!isFailed);
});
