import assert from "node:assert/strict";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  GenesisAccountSchema,
  GenesisSchema,
} from "../proto/gen/rustorium/v1/state_pb.ts";
import { genesisHead } from "./genesis_head.ts";

const head = create(GenesisSchema, {
  ...{ chainId: "head", timeMs: 5n, parameters: { protocolVersion: 1 } },
  validators: { validators: [{ power: 10n }] },
});
const address = new Uint8Array(32).fill(1);

Deno.test("everything but the accounts is there, with accounts and without", () => {
  const accounts = [1n, 2n].map((balance) =>
    create(GenesisAccountSchema, { address, balance })
  );
  const whole = { ...head, accounts };
  assert.deepEqual(genesisHead(toBinary(GenesisSchema, whole)), head);
  assert.deepEqual(genesisHead(toBinary(GenesisSchema, head)), head);
});

Deno.test("what is no genesis is refused", () => {
  assert.throws(() => genesisHead(new Uint8Array(20).fill(0xff)));
  const cut = toBinary(GenesisSchema, head).slice(0, -1);
  assert.throws(() => genesisHead(cut));
});
