import { z } from "zod";
import { encodeAddress } from "../../client/mod.ts";
import type { OffenceRecord } from "../../storage/types.ts";
import { method } from "./method.ts";

/** `validators {}`: who votes, with how much power, and what blocks hold against them. */
export const validators = method({
  name: "validators",
  params: z.strictObject({}),
  async call({ facts, heads, backend }) {
    const records = await backend.store.offences();
    const byAddress = new Map(
      records.map((one) => [one.validator.toHex(), one]),
    );
    return {
      height: Number(heads.decided),
      validators: facts.validators.map(({ address, publicKey, power }) => ({
        address: encodeAddress(address),
        public_key: publicKey.toHex(),
        power,
        offences: offencesJson(byAddress.get(address.toHex())),
      })),
      total_power: facts.validators.reduce((sum, { power }) => sum + power, 0n),
    };
  },
});

function offencesJson(record?: OffenceRecord) {
  return {
    count: record?.count ?? 0,
    latest: (record?.latest ?? []).map(({ kind, height, round, block }) => ({
      ...{ kind, round, height: Number(height), block: Number(block) },
    })),
  };
}
