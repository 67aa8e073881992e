import assert from "node:assert/strict";
import { create, toBinary } from "@bufbuild/protobuf";
import { GenesisSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import { genesisHead } from "./mod.ts";

Deno.test("genesisHead() reads all but the accounts", () => {
  const head = {
    chainId: "test-1",
    timeMs: 5n,
    parameters: { protocolVersion: 1, checkpointBlocks: 7n },
    validators: { validators: [{ power: 3n }] },
  };
  const accounts = [{ address: new Uint8Array(32), balance: 9n }];
  const encoded = toBinary(
    GenesisSchema,
    create(GenesisSchema, { ...head, accounts }),
  );
  assert.deepEqual(genesisHead(encoded), create(GenesisSchema, head));
});

Deno.test("genesisHead() throws for what is not one", () => {
  assert.throws(() => genesisHead(Uint8Array.of(10, 200, 1)));
});
