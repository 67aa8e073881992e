import assert from "node:assert/strict";
import { Mailbox } from "./mailbox.ts";

Deno.test("a mailbox runs one task at a time, in order", async () => {
  const seen: string[] = [];
  const mailbox = new Mailbox((error) => assert.fail(String(error)));
  for (const name of ["a", "b"]) {
    mailbox.post(async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
    });
  }
  await new Promise<void>((resolve) => mailbox.post(resolve));
  assert.deepEqual(seen, ["a begins", "a ends", "b begins", "b ends"]);
});

Deno.test("a mailbox stops at the first error", async () => {
  const errors: unknown[] = [];
  const mailbox = new Mailbox((error) => errors.push(error));
  mailbox.post(() => Promise.reject(new Error("first")));
  mailbox.post(() => assert.fail("runs after an error"));
  await mailbox.close();
  mailbox.post(() => assert.fail("runs after the end"));
  assert.equal(errors.length, 1);
});

Deno.test("close() waits for the task under way and drops the rest", async () => {
  const seen: string[] = [];
  const mailbox = new Mailbox((error) => assert.fail(String(error)));
  mailbox.post(async () => {
    await Promise.resolve();
    seen.push("first");
  });
  mailbox.post(() => void seen.push("second"));
  await mailbox.close();
  assert.deepEqual(seen, ["first"]);
});
