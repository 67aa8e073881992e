import assert from "node:assert/strict";
import type { Executor, SubmitResult } from "../../execution/types.ts";
import { ErrorCode } from "../../errors/mod.ts";
import {
  collectingLog,
  Scheduler,
  seededRandom,
  simClock,
  SimNetwork,
} from "../../platform/mod.ts";
import { Topic } from "../channel.ts";
import { FORWARD_BYTES_MAX, Intake } from "./intake.ts";

function world(submit: (envelopes: Uint8Array) => Promise<SubmitResult>) {
  const random = seededRandom("intake");
  const scheduler = new Scheduler(random);
  const network = new SimNetwork(scheduler, random);
  const log = collectingLog();
  new Intake({
    clock: simClock(scheduler),
    log,
    network: network.join("author"),
    executor: { submit } as Executor,
  });
  const peers = ["a", "b"].map((name) => network.join(name));
  const ask = async (peer: number, bytes = 9) => {
    const answer = peers[peer]!.request(
      "author",
      Topic.forward,
      new Uint8Array(bytes),
    ).then(() => "taken", () => "refused");
    await scheduler.run(100);
    return await Promise.race([answer, Promise.resolve("waits")]);
  };
  return { scheduler, log, ask };
}

const answered = (...codes: number[]) =>
  Promise.resolve({ ids: new Uint8Array(), codes: Uint32Array.from(codes) });

Deno.test("what is forwarded is admitted, and refusals that depend on the state are nobody's fault", async () => {
  const taken: number[] = [];
  const { ask } = world((envelopes) => {
    taken.push(envelopes.length);
    return answered(0, ErrorCode.NONCE_USED, ErrorCode.MEMPOOL_FULL);
  });
  assert.equal(await ask(0, 9), "taken");
  assert.equal(await ask(0, FORWARD_BYTES_MAX), "taken");
  assert.equal(await ask(0, FORWARD_BYTES_MAX + 1), "refused");
  assert.deepEqual(taken, [9, FORWARD_BYTES_MAX]);
});

Deno.test("who forwards a bad signature is not listened to for a minute; others are", async () => {
  const codes = [0, ErrorCode.SIGNATURE_INVALID];
  const { scheduler, log, ask } = world(() => answered(codes.pop() ?? 0));
  assert.equal(await ask(0), "taken");
  assert.equal(await ask(0), "refused");
  assert.equal(await ask(1), "taken");
  assert.equal(log.lines.filter(({ level }) => level === "warn").length, 1);
  await scheduler.run(60_000);
  assert.equal(await ask(0), "taken");
});

Deno.test("of each peer only so much is looked at at once", async () => {
  const { ask } = world(() => new Promise(() => undefined));
  assert.equal(await ask(0), "waits");
  assert.equal(await ask(0), "waits");
  assert.equal(await ask(0), "refused");
  assert.equal(await ask(1), "waits");
});
