import { dirname } from "node:path";
import { sha256 } from "../../platform/mod.ts";
import { createFile, readBytesIfThere } from "../files.ts";
import { genesisBytes, parseGenesis } from "./genesis.ts";
import type { HomePaths } from "./paths.ts";

/** Reading a shorter text takes no time worth saving. */
const KEPT_BYTES_MIN = 1024 * 1024;

/**
 * The encoding of a genesis file's content. That of a long one is kept, under
 * the hash of the text: a million accounts take seconds and a gigabyte to read.
 * @throws GENESIS_INVALID.
 */
export async function encodedGenesis(
  text: Uint8Array,
  paths: HomePaths,
): Promise<Uint8Array<ArrayBuffer>> {
  const encode = () =>
    genesisBytes(parseGenesis(new TextDecoder().decode(text), paths.genesis));
  if (text.length < KEPT_BYTES_MIN) return encode();
  const kept = paths.keptGenesis(sha256(text).toHex());
  const known = await readBytesIfThere(kept);
  if (known) return known;
  const encoded = encode();
  await Deno.mkdir(dirname(kept), { recursive: true });
  await createFile(kept, encoded, 0o644);
  return encoded;
}
