/** BLAKE3 of one input. References: @noble/hashes, and SHA-256 of node:crypto. */
import { blake3 } from "@noble/hashes/blake3.js";
import { createHash } from "node:crypto";
import { createCore, loadCoreModule } from "../src/core/mod.ts";

const core = createCore(await loadCoreModule());

for (const bytes of [64, 1024, 1024 * 1024]) {
  const input = new Uint8Array(bytes).fill(7);
  const group = `hash/bytes=${bytes}`;
  Deno.bench({
    name: `node:crypto::sha256/bytes=${bytes}`,
    group,
    baseline: true,
    fn: () => void createHash("sha256").update(input).digest(),
  });
  Deno.bench({
    name: `noble::blake3/bytes=${bytes}`,
    group,
    fn: () => void blake3(input),
  });
  Deno.bench({
    name: `core::hash_of/bytes=${bytes}`,
    group,
    fn: () => void core.hashOf(0x15, input),
  });
}
