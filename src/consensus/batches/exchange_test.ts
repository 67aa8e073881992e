import assert from "node:assert/strict";
import {
  Scheduler,
  seededRandom,
  simClock,
  SimNetwork,
} from "../../platform/mod.ts";
import { core } from "../../simulation/mod.ts";
import { Channel } from "../channel.ts";
import { History } from "../history.ts";
import { makeBatch, testAuthors } from "../testing/batch.ts";
import { fetching } from "../testing/fetching.ts";
import { PAYLOAD_BYTES_MAX } from "./cut.ts";
import { Exchange } from "./exchange.ts";
import { BatchPool } from "./pool.ts";
import { Storing } from "./storing.ts";

const genesisHash = new Uint8Array(32).fill(5);
/** At which the batches of tests are valid. */
const HEIGHT = 90n;

/** They fill the largest payload that a genesis allows. */
const LARGEST = { envelopes: 349, bodyBytes: 5_909 };

Deno.test("a batch with the largest payload is taken as it comes", async () => {
  const random = seededRandom("exchange");
  const scheduler = new Scheduler(random);
  const clock = simClock(scheduler);
  const world = new SimNetwork(scheduler, random);
  const [network, peer] = ["node", "peer"].map((name) => world.join(name));
  const { fetcher, log, refused, store, kept } = fetching(
    core,
    genesisHash,
    clock,
    network!,
  );
  const validators = testAuthors(core);
  const pool = new BatchPool(validators);
  new Exchange({
    ...{ core, clock, log, network: network!, store, validators, pool },
    ...{ fetcher, refused, history: new History(), height: () => HEIGHT },
    address: new Uint8Array(32).fill(6),
    announcements: {
      make: () => Promise.resolve(new Uint8Array()),
      read: () => undefined,
    },
    storing: new Storing({ clock, store, gatherMs: 0 }),
    validatorAt: () => undefined,
    onEligible: () => undefined,
  });
  const made = makeBatch(core, genesisHash, 1, LARGEST);
  const { batch, digest, payload } = made;
  assert.equal(payload.length, PAYLOAD_BYTES_MAX);
  peer!.send("node", Channel.batch, batch);
  await scheduler.run(1_000);
  assert.ok(pool.has(digest) && kept.has(digest.toHex()));
});
