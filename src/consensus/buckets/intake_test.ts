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
import { Channel, Topic } from "../channel.ts";
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
  const tell = async (peer: number, bytes = 9) => {
    peers[peer]!.send("author", Channel.forward, new Uint8Array(bytes));
    await scheduler.run(100);
  };
  return { scheduler, log, ask, tell };
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
  assert.equal(await ask(0, FORWARD_BYTES_MAX), "waits");
  assert.equal(await ask(0, FORWARD_BYTES_MAX), "waits");
  assert.equal(await ask(0), "refused");
  assert.equal(await ask(1), "waits");
});

Deno.test("what comes as a message is admitted within the same bounds", async () => {
  const taken: number[] = [];
  const { log, ask, tell } = world((envelopes) => {
    taken.push(envelopes.length);
    return envelopes.length > 9
      ? new Promise(() => undefined)
      : answered(ErrorCode.SIGNATURE_INVALID);
  });
  await tell(0, FORWARD_BYTES_MAX + 1);
  for (let count = 0; count < 300; count++) await tell(0, 10);
  assert.equal(taken.length, 256);
  await tell(1);
  assert.equal(log.lines.filter(({ level }) => level === "warn").length, 1);
  assert.equal(await ask(1), "refused");
});
