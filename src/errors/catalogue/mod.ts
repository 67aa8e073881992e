/** Every error code's sentence and remedy. A code of the schema without an entry does not compile. */
import { accountErrors } from "./account.ts";
import { configErrors } from "./config.ts";
import { consensusErrors } from "./consensus.ts";
import { formatErrors } from "./format.ts";
import { mempoolErrors } from "./mempool.ts";
import { networkErrors } from "./network.ts";
import { proofErrors } from "./proof.ts";
import { rpcErrors } from "./rpc.ts";
import { storageErrors } from "./storage.ts";
import { transactionErrors } from "./transaction.ts";
import type { CatalogueEntry, ErrorName } from "./types.ts";

export type { CatalogueEntry, ErrorName } from "./types.ts";

export const catalogue: Readonly<Record<ErrorName, CatalogueEntry>> = {
  ...transactionErrors,
  ...accountErrors,
  ...mempoolErrors,
  ...formatErrors,
  ...proofErrors,
  ...rpcErrors,
  ...configErrors,
  ...storageErrors,
  ...consensusErrors,
  ...networkErrors,
};
