/** ed25519 verification in batches by both builds of the core. */
import {
  type CoreExports,
  createCore,
  loadCoreModule,
} from "../src/core/mod.ts";
import { asBatch, reference, type Signed, signedMessage } from "./fixtures.ts";

const FLAVOURS = ["fast", "compat"] as const;
const modules = {
  fast: await loadCoreModule("fast"),
  compat: await loadCoreModule("compat"),
};
const cores = {
  fast: createCore(modules.fast),
  compat: createCore(modules.compat),
};
/** Distinct keys; so few are enough for the largest batch. */
const signed: Signed[] = Array.from(
  { length: 4_096 },
  (_, n) => signedMessage(n),
);

/** Checks a batch of which `bad` should be refused. */
function together(
  core: CoreExports,
  batch: ReturnType<typeof asBatch>,
  bad = 0,
): void {
  const { publicKeys, messages, lengths, signatures } = batch;
  const valid = core.verifySignatures(
    publicKeys,
    messages,
    lengths,
    signatures,
  );
  if (valid.filter((flag) => flag === 0).length !== bad) {
    throw new Error("a verdict is wrong");
  }
}

/** What a caller with `bad` spoiled signatures sends, the same distance apart. */
function spoiled(n: number, bad: number) {
  const batch = asBatch(signed.slice(0, n));
  for (let index = 0; index < bad; index++) {
    batch.signatures[64 * Math.floor((index + 0.5) * n / bad) + 40]! ^= 1;
  }
  return batch;
}

for (const n of [64, 256, 1_024, 4_096]) {
  const group = `signatures/transfers=${n}`;
  const known = asBatch(signed.slice(0, n));
  const few = asBatch(Array.from({ length: n }, (_, at) => signed[at % 16]!));
  const bad = Math.ceil(n / 100);
  const onePercent = spoiled(n, bad);
  const runs = { group, n: 16, warmup: 4 };
  const name = (what: string) =>
    `core::verify_signatures/transfers=${n},${what}`;
  reference(group);
  Deno.bench({
    name: name("keys=known"),
    ...runs,
    fn: () => together(cores.fast, known),
  });
  Deno.bench({
    name: name("keys=new"),
    ...runs,
    fn: (timer) => {
      const fresh = createCore(modules.fast);
      timer.start();
      together(fresh, known);
      timer.end();
    },
  });
  Deno.bench({
    name: name("keys=16"),
    ...runs,
    fn: () => together(cores.fast, few),
  });
  Deno.bench({
    name: name(`bad=${bad}`),
    ...runs,
    fn: () => together(cores.fast, onePercent, bad),
  });
}

const ATTACKED = 1_024;
reference("signatures/attack");
for (const bad of [0, 16, 256, 1_024]) {
  const batch = spoiled(ATTACKED, bad);
  for (const flavour of FLAVOURS) {
    Deno.bench({
      name:
        `core::verify_signatures/transfers=${ATTACKED},bad=${bad},build=${flavour}`,
      group: "signatures/attack",
      ...{ n: 6, warmup: 2 },
      fn: () => together(cores[flavour], batch, bad),
    });
  }
}
