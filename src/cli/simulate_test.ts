import { fromBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type Genesis,
  GenesisSchema,
} from "../proto/gen/rustorium/v1/state_pb.ts";
import { newChain } from "../simulation/mod.ts";
import { genesisText } from "./home/mod.ts";
import { inDirectory, rustorium } from "./testing.ts";

Deno.test("simulate tells what a seed did, the same each time", () =>
  inDirectory(async (directory) => {
    const picture = join(directory, "run.svg");
    const args = ["simulate", "--seed", "7", "--validators", "4", "--json"];
    const ran = await rustorium([...args, "--picture", picture]);
    assert.equal(ran.code, 0, ran.stderr);
    const { seeds, violations, heights, virtual_hours, traces } = ran.json();
    assert.deepEqual({ seeds, violations }, { seeds: 1, violations: 0 });
    assert.ok(heights > 3 && virtual_hours > 0);
    assert.match(ran.stderr, /^seed 7: 4 validators/m);
    assert.match(await Deno.readTextFile(picture), /^<svg /);
    const again = await rustorium([...args, "--once"]);
    assert.deepEqual(again.json().traces, traces);
  }));

Deno.test("simulate runs the operator's own genesis", () =>
  inDirectory(async (directory) => {
    const home = join(directory, "h");
    await rustorium(["init", "--home", home]);
    const genesis = join(home, "genesis.json");
    const ran = await rustorium([
      ...["simulate", "--genesis", genesis, "--once", "--json"],
    ]);
    assert.equal(ran.code, 0, ran.stderr);
    assert.equal(ran.json().violations, 0);
    assert.match(ran.stderr, /the keys of all validators .* simulated/);
  }));

Deno.test("simulate refuses a genesis that is none", () =>
  inDirectory(async (directory) => {
    const file = join(directory, "genesis.json");
    await Deno.writeTextFile(file, "{}");
    const ran = await rustorium(["simulate", "--genesis", file, "--json"]);
    assert.equal(ran.json().error.name, "GENESIS_INVALID");
  }));

Deno.test("simulate says how long blocks take all over the world, and what travels", () =>
  inDirectory(async (directory) => {
    const picture = join(directory, "world.svg");
    const args = ["simulate", "--regions", "3", "--heights", "3"];
    const ran = await rustorium([...args, "--picture", picture, "--json"]);
    assert.equal(ran.code, 0, ran.stderr);
    const { validators, regions, heights, rate, block_ms, ...rest } = ran
      .json();
    assert.deepEqual([validators, regions, heights, rate], [4, 3, 3, 100]);
    assert.deepEqual(rest.violations, []);
    assert.ok(block_ms.p50 > 50 && block_ms.p50 < 500);
    assert.match(ran.stderr, /^4 validators in East US, Germany West Central/m);
    assert.match(await Deno.readTextFile(picture), /node2 Singapore/);
    const human = await rustorium([...args, "--once"]);
    assert.match(human.stdout, /^submission to final +p50 /m);
    assert.match(human.stdout, /^votes +2\d +/m);
    assert.match(human.stdout, new RegExp(`^trace +${rest.trace}$`, "m"));
  }));

Deno.test("simulate takes the operator's own genesis to all the world", () =>
  inDirectory(async (directory) => {
    const file = join(directory, "genesis.json");
    const powers = [10n, 20n, 10n, 10n, 10n];
    const genesis = fromBinary(GenesisSchema, newChain(powers).genesis);
    await Deno.writeTextFile(file, genesisText(genesis));
    const ran = await rustorium([
      ...["simulate", "--genesis", file, "--regions", "5", "--heights", "2"],
      ...["--once", "--json"],
    ]);
    assert.equal(ran.code, 0, ran.stderr);
    const { validators, violations, transfers } = ran.json();
    assert.deepEqual([validators, violations], [5, []]);
    assert.equal(transfers.refused, 0);
  }));

Deno.test("simulate says how to repeat what failed, and writes down what happened last", () =>
  inDirectory(async (directory) => {
    const [file, log] = ["genesis.json", "run.log"].map((name) =>
      join(directory, name)
    ) as [string, string];
    await Deno.writeTextFile(file, genesisText(impatient()));
    const ran = await rustorium([
      ...["simulate", "--seed", "5", "--genesis", file, "--log", log, "--json"],
    ]);
    assert.equal(ran.code, 1, ran.stderr);
    const { failed, violations } = ran.json();
    assert.equal(violations, 1);
    assert.equal(
      failed.repeat,
      `rustorium simulate --seed 5 --genesis ${file}`,
    );
    assert.match(failed.what[0], /did not reach/);
    assert.match(await Deno.readTextFile(log), /^== node2$/m);
  }));

/** A chain whose messages would have to arrive faster than they can. */
function impatient(): Genesis {
  const powers = [10n, 10n, 10n, 10n];
  const genesis = fromBinary(GenesisSchema, newChain(powers).genesis);
  genesis.parameters!.precisionMs = 1n;
  genesis.parameters!.messageDelayMs = 1n;
  return genesis;
}
