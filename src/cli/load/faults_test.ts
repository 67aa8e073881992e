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

/** What the log says that the error names; the log goes. */
async function logOf({ detail }: RustoriumError): Promise<string> {
  const { log } = detail as { log: string };
  const text = await Deno.readTextFile(log);
  await Deno.remove(log);
  return text;
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

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  Deno.test(`a node that ends by ${signal} is named, and what it said is kept`, async () => {
    const load = loadWith(2, (launch) => async (...funded) => {
      const nodes = await launch(...funded);
      setTimeout(() => Deno.kill(nodes[1]!.pid, signal), 1_000);
      return nodes;
    });
    const error = await load.then(() => undefined, (thrown) => thrown);
    assert.equal(error?.codeName, "RPC_UNREACHABLE");
    assert.match(error.message, /Node 1 ended while the load ran, with /);
    assert.match(await logOf(error), /node ready/);
  });
}
