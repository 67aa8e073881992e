import { usage } from "../failure.ts";

const CHAIN_ID = /^[a-z0-9][a-z0-9._-]{0,49}$/;

/** A chain id from the command line. @throws USAGE. */
export function checkChainId(text: string): string {
  if (CHAIN_ID.test(text)) return text;
  throw usage(
    'A chain id is 1 to 50 lower-case letters, digits, ".", "_" or "-", beginning with a letter or digit.',
  );
}
