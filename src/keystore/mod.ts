/** Secret keys: kept encrypted, found by name, by file or as they are. */
export { checkName, createKeystore, type KeystoreOptions } from "./keystore.ts";
export { type KeySources, resolveKey, seedOfDigits } from "./resolve.ts";
export type { KeyEntry, KeyFiles, Keystore } from "./types.ts";
