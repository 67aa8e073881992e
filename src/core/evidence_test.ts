/** The verdicts of `core-wasm/tests/vectors/evidence.json` through both artefacts. */
import assert from "node:assert/strict";
import { createCore, loadCoreModule } from "./mod.ts";
import vectors from "../../core-wasm/tests/vectors/evidence.json" with {
  type: "json",
};

const bytes = (hex: string) => Uint8Array.fromHex(hex);

for (const flavour of ["fast", "compat"] as const) {
  const core = createCore(await loadCoreModule(flavour));
  const judge = new core.EvidenceJudge(
    bytes(vectors.genesisHash),
    bytes(vectors.validators),
  );
  for (const { name, evidence, convicts } of vectors.cases) {
    const verb = convicts ? "convicts" : "does not convict";
    Deno.test(`${flavour}: evidence (${name}) ${verb}`, () => {
      assert.equal(judge.convicts(bytes(evidence)), convicts);
    });
  }
}
