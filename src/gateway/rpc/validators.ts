import { z } from "zod";
import { encodeAddress } from "../../client/mod.ts";
import { method } from "./method.ts";

/** `validators {}`: who votes, and with how much power. */
export const validators = method({
  name: "validators",
  params: z.strictObject({}),
  call: ({ facts, heads }) => ({
    height: Number(heads.decided),
    validators: facts.validators.map(({ address, publicKey, power }) => ({
      address: encodeAddress(address),
      public_key: publicKey.toHex(),
      power,
    })),
    total_power: facts.validators.reduce((sum, { power }) => sum + power, 0n),
  }),
});
