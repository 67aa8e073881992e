import assert from "node:assert/strict";
import { Channel, Topic } from "../../consensus/mod.ts";
import { each, kindOf, KINDS, total, Traffic, urgencyOf } from "./traffic.ts";

const carried = (from: string, to: string, name: string, bytes: number) => ({
  ...{ from, to, bytes },
  parcel: { kind: "message" as const, name, bytes: bytes - 64 },
});

Deno.test("traffic is counted by kind and by node", () => {
  const traffic = new Traffic();
  traffic.add(carried("a", "b", "vote", 200));
  traffic.add(carried("a", "c", "vote", 200));
  traffic.add(carried("b", "a", "batch", 1_000));
  assert.equal(traffic.bytes.votes, 400);
  assert.equal(traffic.messages.votes, 2);
  assert.equal(total(traffic.bytes), 1_400);
  assert.deepEqual(each(traffic.bytes, (bytes) => bytes / 2).batches, 500);
  assert.deepEqual(traffic.nodes, [
    { sentBytes: 400, receivedBytes: 1_000 },
    { sentBytes: 1_000, receivedBytes: 200 },
    { sentBytes: 0, receivedBytes: 200 },
  ]);
});

Deno.test("every channel and topic has a kind; votes go first, answers last", () => {
  const named = [...Object.values(Channel), ...Object.values(Topic)]
    .filter((name) => kindOf(name) !== "other").toSorted();
  assert.deepEqual([...new Set(named)], [
    ...["batch", "block", "certificate", "chunk", "forward", "held"],
    ...["outline", "proposal", "vote"],
  ]);
  const urgency = (name: string, kind: "message" | "answer" = "message") =>
    urgencyOf({ kind, name, bytes: 1 });
  assert.deepEqual(["vote", "held", "batch"].map((name) => urgency(name)), [
    0,
    1,
    2,
  ]);
  assert.equal(urgency("batch", "answer"), 2);
  assert.equal(new Set(KINDS).size, KINDS.length);
});
