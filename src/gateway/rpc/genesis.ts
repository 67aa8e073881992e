import { z } from "zod";
import { method } from "./method.ts";

/** `genesis {}`: what the chain started from. */
export const genesis = method({
  name: "genesis",
  params: z.strictObject({}),
  call: ({ facts }) => ({
    raw: facts.genesis.toBase64(),
    hash: facts.genesisHash.toHex(),
  }),
});
