import assert from "node:assert/strict";
import { create } from "@bufbuild/protobuf";
import { fromBinary } from "@bufbuild/protobuf";
import { ErrorCode } from "../errors/mod.ts";
import { GenesisSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import { chainLike } from "./chain.ts";
import { core, testKey } from "./core.ts";
import { testGenesis } from "./genesis.ts";
import { simulate, simulateOnce } from "./simulate.ts";

const genesis = fromBinary(
  GenesisSchema,
  testGenesis([testKey(core, 9)], [testKey(core, 8), testKey(core, 7)]),
);

Deno.test("a chain of others is simulated with its parameters, powers and balances, and other keys", async () => {
  const chain = chainLike(genesis);
  assert.equal(chain.supply, 2n * 10n ** 12n);
  assert.deepEqual(chain.validators.map((one) => one.power), [10n]);
  const own = testKey(core, 9).publicKey.toHex();
  assert.notEqual(chain.validators[0]!.key.publicKey.toHex(), own);
  const { report, svg } = await simulate({ seed: 3, chain });
  assert.deepEqual(report.violations, []);
  assert.ok(report.transfers > 0);
  assert.match(svg, /^<svg [^]*node0[^]*<\/svg>\n$/);
});

Deno.test("a genesis that is wrong is refused before anything runs", () => {
  const wrong = create(GenesisSchema, { ...genesis, chainId: "?" });
  assert.throws(() => chainLike(wrong), { code: ErrorCode.GENESIS_INVALID });
});

Deno.test("a run goes on until its time is over, well again after every few faults", async () => {
  const { report } = await simulateOnce({
    seed: 4,
    validators: 4,
    virtualMs: 15_000,
  });
  assert.deepEqual(report.violations, []);
  assert.ok(report.virtualMs >= 15_000);
});
