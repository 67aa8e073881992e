import assert from "node:assert/strict";
import { RustoriumError } from "../../errors/mod.ts";
import { type Launch, type LoadReport, runLoad } from "../../load/mod.ts";
import { systemClock, systemRandom } from "../../platform/mod.ts";
import { inDirectory } from "../testing.ts";
import { launchNodes } from "./launch.ts";

/** A load of a second on real nodes, whose launch `change` has a hand in. */
function loadWith(
  validators: number,
  change: (launch: Launch) => Launch,
): Promise<LoadReport> {
  return new Promise((resolve, reject) =>
    inDirectory(async (directory) => {
      await using nodes = launchNodes({ directory, validators, shards: 1 });
      const options = {
        ...{ seconds: 1, rate: 50, accounts: 20, zipf: false },
        shards: 1,
      };
      await runLoad(options, {
        ...{ clock: systemClock(), random: systemRandom(), directory },
        launch: change(nodes.launch),
        onProgress: () => {},
      }).then(resolve, reject);
    }).catch(reject)
  );
}

const fails = (load: Promise<LoadReport>, name: string, message: RegExp) =>
  assert.rejects(load, (error) => {
    assert.ok(error instanceof RustoriumError);
    assert.equal(error.codeName, name);
    assert.match(error.message, message);
    return true;
  });

Deno.test("books that say one unit more than the chain holds are found", () =>
  fails(
    loadWith(
      1,
      (launch) => (addresses, balance) => launch(addresses, balance - 1n),
    ),
    "SUPPLY_BROKEN",
    /20 of 20 accounts/,
  ));

Deno.test("a node that is killed is named", () =>
  fails(
    loadWith(2, (launch) => async (...funded) => {
      const nodes = await launch(...funded);
      setTimeout(() => Deno.kill(nodes[1]!.pid, "SIGKILL"), 1_000);
      return nodes;
    }),
    "RPC_UNREACHABLE",
    /Node 1 ended while the load ran/,
  ));
