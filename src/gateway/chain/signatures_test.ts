import assert from "node:assert/strict";
import {
  collectingLog,
  Scheduler,
  seededRandom,
  simClock,
} from "../../platform/mod.ts";
import { SignatureWatch } from "./signatures.ts";

Deno.test("that the fast arithmetic is not trusted any more is logged once and kept", async () => {
  const scheduler = new Scheduler(seededRandom("signatures"));
  const log = collectingLog();
  let now: string | Error = "fma";
  const signatureBackend = () =>
    now instanceof Error ? Promise.reject(now) : Promise.resolve(now);
  const watch = new SignatureWatch({
    backend: { executor: { signatureBackend } },
    clock: simClock(scheduler),
    log,
  });
  await scheduler.run(1);
  assert.equal(watch.backend, "fma");
  now = "distrusted";
  await scheduler.run(60_000);
  assert.equal(watch.backend, "distrusted");
  now = new Error("closed");
  await scheduler.run(60_000);
  assert.equal(watch.backend, "distrusted");
  watch.stop();
  const errors = log.lines.filter(({ level }) => level === "error");
  assert.equal(errors.length, 1);
  const steps = scheduler.steps();
  await scheduler.run(60_000);
  assert.equal(scheduler.steps(), steps);
});
