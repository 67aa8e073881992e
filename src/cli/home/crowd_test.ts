import assert from "node:assert/strict";
import { seededRandom } from "../../platform/mod.ts";
import { genesisWithCrowd } from "./crowd.ts";
import { genesisBytes, planGenesis } from "./genesis.ts";

const random = seededRandom("crowd");
const key = () => new Uint8Array(random.bytes(32));
const validator = { publicKey: key(), power: 10n };
const own = [5n, 0n, 1n << 63n].map((balance) => ({ address: key(), balance }));
const plan = { chainId: "crowd", timeMs: 1, validators: [validator] };
const CROWD = 3_000;

/** Addresses of which many begin with the same bytes. */
function crowd(): Uint8Array[] {
  return Array.from({ length: CROWD }, (_, n) => {
    const address = key();
    if (n % 3 === 0) address.fill(n % 2, 0, 5);
    return address;
  });
}

for (const balance of [0n, 127n, 128n, 10n ** 12n]) {
  Deno.test(`a crowd that holds ${balance} each is encoded as if every account were an object`, () => {
    const members = crowd();
    const whole = planGenesis({
      ...plan,
      accounts: [...own, ...members.map((address) => ({ address, balance }))],
    });
    const addresses = new Uint8Array(members.flatMap((one) => [...one]));
    const bytes = genesisWithCrowd(planGenesis({ ...plan, accounts: own }), {
      ...{ addresses, balance },
    });
    assert.deepEqual(bytes, genesisBytes(whole));
  });
}

Deno.test("a crowd that is a part of a larger buffer is read where it lies", () => {
  const [address] = crowd();
  const around = new Uint8Array(100);
  around.set(address!, 7);
  const genesis = planGenesis({ ...plan, accounts: [] });
  assert.deepEqual(
    genesisWithCrowd(genesis, {
      ...{ addresses: around.subarray(7, 39), balance: 1n },
    }),
    genesisWithCrowd(genesis, { addresses: address!, balance: 1n }),
  );
});
