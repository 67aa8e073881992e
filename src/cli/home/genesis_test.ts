import assert from "node:assert/strict";
import { toBinary } from "@bufbuild/protobuf";
import { createCore, loadCoreModule } from "../../core/mod.ts";
import { ParametersSchema } from "../../proto/gen/rustorium/v1/state_pb.ts";
import { defaultParameters } from "./genesis.ts";

const core = createCore(await loadCoreModule());
const TRANSFER = 1_660n;

Deno.test("a new chain's base fee rises where blocks have more than 60,000 transfers", () => {
  const parameters = defaultParameters();
  const encoded = toBinary(ParametersSchema, parameters);
  const after = (parent: bigint, transfers: bigint) =>
    core.baseFeeAfter(encoded, parent, transfers * TRANSFER);
  assert.equal(after(1n, 0n), parameters.baseFeeMin);
  assert.equal(after(1n, 60_000n), parameters.baseFeeMin);
  assert.ok(after(1n, 61_000n) > parameters.baseFeeMin);
  assert.equal(after(8_000n, 121_000n), 9_000n);
});

Deno.test("a new chain has room for 10,000 transfers of one sender in a block", () => {
  assert.ok(defaultParameters().slotGasMax >= 10_000n * TRANSFER);
});
