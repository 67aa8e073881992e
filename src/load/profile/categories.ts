import type { CallNode } from "./cpu_profile.ts";

/** What the time of a node goes into. */
export const CATEGORIES = [
  "signature",
  "hashing",
  "mempool",
  "execution",
  "storage",
  "network",
  "gateway",
  "consensus",
  "between threads",
  "gc",
  "other",
] as const;

export type Category = typeof CATEGORIES[number];

/** By the name of a function, the first that fits; those of WebAssembly are Rust's. */
const BY_NAME: readonly [RegExp, Category][] = [
  [/^\(garbage collector\)$/, "gc"],
  [/curve25519|ed25519|scalar_mul|sha512|sha2::/i, "signature"],
  [/blake3/i, "hashing"],
  [/rustorium_core::mempool/, "mempool"],
  [/rustorium_core::(ledger|shard|tree|state)\b/, "execution"],
  [/malachite|rustorium_core::consensus/, "consensus"],
  [/message_port|^(op_)?(de)?serialize$|^postMessage$/, "between threads"],
  [/^op_(http|fetch)|^op_net_.*tcp/, "gateway"],
  [/^op_quic|^op_net/, "network"],
  [/^op_kv|^op_fs/, "storage"],
];

/** By the file that a function is in. */
const BY_FILE: readonly [RegExp, Category][] = [
  [/13_message_port|src\/platform\/port/, "between threads"],
  [/@noble\/(ed25519|curves)/, "signature"],
  [/@noble\/hashes/, "hashing"],
  [/src\/(consensus|node)\//, "consensus"],
  [/src\/execution\//, "execution"],
  [/src\/storage\/|deno_kv|src\/platform\/real\/(kv|log_file)/, "storage"],
  [/src\/network\/|libp2p|deno_net|quic|asn1/, "network"],
  [/src\/(gateway|client)\/|deno_http|deno_fetch/, "gateway"],
];

/** What a function is for by its own name; undefined for one that anybody may call. */
export function categoryOf({ callFrame }: CallNode): Category | undefined {
  const { functionName, url } = callFrame;
  return find(BY_NAME, functionName) ?? find(BY_FILE, url);
}

function find(
  rules: readonly [RegExp, Category][],
  text: string,
): Category | undefined {
  return rules.find(([pattern]) => pattern.test(text))?.[1];
}
