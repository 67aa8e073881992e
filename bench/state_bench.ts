/** The state tree: credits to random accounts and the roots after them, by how many accounts there are; reading and loading a checkpoint. */
import { join, u32 } from "../src/bytes/mod.ts";
import type { core as types } from "../src/core/mod.ts";
import { splitSized } from "../src/execution/bytes.ts";
import { blockOf, core, genesis } from "../src/execution/fixtures.ts";
import { SLOTS } from "../src/execution/slots.ts";

const EVERY_SLOT = Uint8Array.from({ length: SLOTS }, (_, slot) => slot);
const { header } = blockOf(1n, []);
const AT_ONCE = 10_000;
const ROUNDS = 8;
const TO = [0x0a, 32];
const AMOUNT = [0x10, 1];

const accountOf = (number: number) => core.hashOf(0, u32(number));

/** `destination | length | SlotMessage`, as the coordinator routes them; each a credit of 1. */
function credits(accounts: readonly number[]): Uint8Array {
  return join(accounts.flatMap((account, index) => {
    const to = accountOf(account);
    const origin = index ? [0x08, ...varint(index)] : [];
    const credit = [...TO, ...to, ...AMOUNT];
    const message = [...origin, 0x22, credit.length, ...credit];
    return [
      Uint8Array.of(core.slotOf(to)),
      u32(message.length),
      Uint8Array.from(message),
    ];
  }));
}

function varint(value: number): number[] {
  return value < 128
    ? [value]
    : [value % 128 + 128, ...varint(Math.floor(value / 128))];
}

function filled(accounts: number): types.Shard {
  const shard = new core.Shard(genesis, EVERY_SLOT);
  for (let first = 0; first < accounts; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, accounts - first);
    shard.deliver(credits(Array.from({ length: count }, (_, n) => first + n)));
  }
  shard.slotRoots();
  return shard;
}

let seed = 1;
function random(below: number): number {
  seed = Math.imul(seed, 1_664_525) + 1_013_904_223;
  return Math.floor((seed >>> 0) / 2 ** 32 * below);
}

for (const accounts of [10_000, 100_000, 1_000_000]) {
  const shard = filled(accounts);
  const bytes = Math.round(shard.stateMemory() / accounts);
  console.error(`accounts=${accounts}: ${bytes} bytes of memory for each`);
  for (const touched of [1_000, 10_000]) {
    const inboxes = Array.from(
      { length: ROUNDS },
      () => credits(Array.from({ length: touched }, () => random(accounts))),
    );
    let round = 0;
    Deno.bench({
      name: `state::credit/accounts=${accounts},touched=${touched}`,
      group: `touched=${touched}`,
      fn() {
        shard.deliver(inboxes[round++ % ROUNDS]!);
        shard.slotRoots();
      },
    });
  }
  if (accounts > 100_000) continue;
  Deno.bench({
    name: `state::pages/accounts=${accounts}`,
    group: `checkpoint/accounts=${accounts}`,
    fn: () => readPages(shard, () => {}),
  });
  Deno.bench({
    name: `state::load/accounts=${accounts}`,
    group: `checkpoint/accounts=${accounts}`,
    fn(b) {
      const loader = new core.ShardLoader(genesis, EVERY_SLOT);
      readPages(shard, (slot, table) => {
        const parts = splitSized(table);
        for (const name of parts) loader.add(slot, name, parts.next().value!);
      });
      b.start();
      loader.finish(header).free();
      b.end();
    },
  });
}

/** A checkpoint that comes to nothing. */
function readPages(
  shard: types.Shard,
  take: (slot: number, table: Uint8Array) => void,
): void {
  shard.beginCheckpoint();
  for (const slot of EVERY_SLOT) {
    take(slot, shard.checkpointPages(slot, 0xffffffff));
  }
  shard.endCheckpoint(false);
}
