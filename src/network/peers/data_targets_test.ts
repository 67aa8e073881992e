import assert from "node:assert/strict";
import { Book } from "../book.ts";
import type { KnownRecord } from "../record.ts";
import { DataTargets } from "./data_targets.ts";
import { Roles } from "./roles.ts";

const record = (id: string, group?: string): KnownRecord => ({
  id,
  timeMs: 1,
  addresses: [],
  hosts: group === undefined ? [] : [group],
  dataPort: 1,
  certificateHash: new Uint8Array(32),
  nodeCertificate: new Uint8Array(),
  signed: new Uint8Array(),
});

function open(perGroup: number) {
  const book = new Book("own");
  const roles = new Roles({ now: () => 1 }, {
    persistent: ["friend"],
    private: [],
  });
  let hasRoom = true;
  const targets = new DataTargets({
    ...{ book, roles, perGroup },
    groupOf: ({ hosts }) => hosts[0],
    hasRoom: () => hasRoom,
  });
  const wants = (id: string, group?: string) => {
    const one = record(id, group);
    book.add(one);
    return targets.wants(one);
  };
  return { wants, fill: () => hasRoom = false };
}

Deno.test("of strangers that nobody met, some of each address group may be dialled", () => {
  const { wants, fill } = open(2);
  assert.deepEqual(
    ["a", "b", "c", "a"].map((id) => wants(id, "6.6")),
    [true, true, false, true],
  );
  assert.ok(wants("d", "7.7"));
  assert.ok(wants("friend", "6.6"));
  for (let n = 0; n < 10; n++) assert.ok(wants(`near ${n}`));
  fill();
  assert.deepEqual([wants("e", "8.8"), wants("friend", "6.6")], [false, true]);
});

Deno.test("without a bound on groups all may be dialled", () => {
  const { wants } = open(0);
  for (let n = 0; n < 10; n++) assert.ok(wants(String(n), "6.6"));
});
