import assert from "node:assert/strict";
import { Gate } from "./gate.ts";

Deno.test("who wants to be alone waits for those inside, and is not overtaken", async () => {
  const gate = new Gate();
  const order: string[] = [];
  const open = new Map<string, () => void>();
  const visit = (name: string, kind: "together" | "alone") =>
    gate[kind](async () => {
      order.push(`${name} in`);
      await new Promise<void>((leave) => open.set(name, leave));
      order.push(`${name} out`);
    });
  const leave = async (name: string) => {
    open.get(name)!();
    await new Promise((resolve) => setTimeout(resolve));
  };
  const visits = [
    visit("a", "together"),
    visit("b", "together"),
    visit("c", "alone"),
    visit("d", "together"),
    visit("e", "alone"),
  ];
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(order.splice(0), ["a in", "b in"]);
  await leave("b");
  assert.deepEqual(order.splice(0), ["b out"]);
  await leave("a");
  assert.deepEqual(order.splice(0), ["a out", "c in"]);
  await leave("c");
  assert.deepEqual(order.splice(0), ["c out", "d in"]);
  await leave("d");
  await leave("e");
  assert.deepEqual(order.splice(0), ["d out", "e in", "e out"]);
  await Promise.all(visits);
});

Deno.test("a failure is told to who asked, and lets the next in", async () => {
  const gate = new Gate();
  const failing = gate.alone(() => Promise.reject(new Error("no")));
  const after = gate.together(() => Promise.resolve(5));
  await assert.rejects(failing, { message: "no" });
  assert.equal(await after, 5);
});
