/**
 * Spoiled bytes into everything that reads what peers send: taken or refused
 * with a code, nothing else. FUZZ_INPUTS and FUZZ_SEED as in decoders_test.ts.
 */
import assert from "node:assert/strict";
import { ErrorCode } from "../../src/proto/gen/rustorium/v1/error_pb.ts";
import { coreOf, FLAVOURS } from "../support/artefacts.ts";
import { mutate } from "../support/mutate.ts";
import { SeededRandom } from "../support/random.ts";
import { batchDoors, type Door, DOORS, relayDoors } from "./doors.ts";

const INPUTS = Number(Deno.env.get("FUZZ_INPUTS") ?? 3_000);
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? Date.now() % 2 ** 31);

async function feed({ sample, enter }: Door): Promise<void> {
  const random = new SeededRandom(SEED);
  for (let input = 0; input < INPUTS; input++) {
    const bytes = mutate(sample, random);
    try {
      await enter(bytes);
    } catch (error) {
      const { code } = error as { code?: unknown };
      const where = `FUZZ_SEED=${SEED}, input ${input}, ${bytes.toHex()}`;
      const isRefusal = typeof code === "number" && code in ErrorCode;
      assert.ok(isRefusal, `${where}: ${error}`);
    }
  }
}

for (const [name, door] of Object.entries(DOORS)) {
  Deno.test(`${name}() answers whatever a peer sends`, () => feed(door));
}

for (const channel of ["vote", "proposal", "certificate", "held"]) {
  Deno.test(`a ${channel} that passes from node to node is judged, whatever it is`, async () => {
    const core = await coreOf(FLAVOURS[0]!);
    await feed(relayDoors(core)[channel]!);
  });
}

for (const kind of ["outline", "chunk"]) {
  Deno.test(`a batch's ${kind} is taken as it was given only`, async () => {
    const core = await coreOf(FLAVOURS[0]!);
    await feed(batchDoors(core)[kind]!);
  });
}
