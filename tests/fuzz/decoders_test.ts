/**
 * Spoiled bytes into every decoder of the core: each is accepted or refused
 * with a code; none traps. FUZZ_INPUTS sets how many for each decoder,
 * FUZZ_SEED repeats a run.
 */
import assert from "node:assert/strict";
import { ErrorCode } from "../../src/proto/gen/rustorium/v1/error_pb.ts";
import { coreOf, FLAVOURS } from "../support/artefacts.ts";
import { mutate } from "../support/mutate.ts";
import { SeededRandom } from "../support/random.ts";
import { type Decoder, DECODERS } from "./decoders.ts";

const INPUTS = Number(Deno.env.get("FUZZ_INPUTS") ?? 10_000);
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? Date.now() % 2 ** 31);

/** A refusal has a code of the schema; a trap, or anything else, is a fault of ours. */
function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "number" && code in ErrorCode && code !== 0 &&
    code !== ErrorCode.ENGINE_TRAPPED;
}

function feed({ sample, decode }: Decoder, seed: number): void {
  const random = new SeededRandom(seed);
  for (let input = 0; input < INPUTS; input++) {
    const bytes = mutate(sample, random);
    try {
      decode(bytes);
    } catch (error) {
      const where = `FUZZ_SEED=${seed}, input ${input}, ${bytes.toHex()}`;
      assert.ok(isRefusal(error), `${where}: ${error}`);
    }
  }
}

for (const flavour of FLAVOURS) {
  for (const [name, open] of Object.entries(DECODERS)) {
    Deno.test(`${name}() of the ${flavour} build answers every input`, async () => {
      const decoder = open(await coreOf(flavour));
      if (!decoder.refused) decoder.decode(decoder.sample);
      feed(decoder, SEED);
    });
  }
}
