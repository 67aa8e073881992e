import type { CoreExports } from "../../core/mod.ts";
import type { Clock, Log } from "../../platform/types.ts";
import type { Door } from "../door/door.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayBackend } from "../types.ts";
import type { Deadlines } from "./deadlines.ts";
import type { Faucet } from "./faucet.ts";
import type { ChainFacts } from "./genesis.ts";
import type { Heads } from "./heads.ts";
import type { ChainReader } from "./reader.ts";
import type { SignatureWatch } from "./signatures.ts";
import type { NetworkTotals } from "./totals.ts";
import type { Waits } from "./waits.ts";

/** What the gateway asks of the core. */
export type FormatCore = Pick<
  CoreExports,
  "listProof" | "payloadEnvelope" | "payloadIds" | "transactionId"
>;

/** Everything that the methods of the API read from. */
export interface NodeView {
  backend: GatewayBackend;
  facts: ChainFacts;
  version: string;
  clock: Clock;
  log: Log;
  limits: GatewayLimits;
  core: FormatCore;
  heads: Heads;
  /** For every transaction from outside. */
  door: Door;
  /** Of what arrives. */
  deadlines: Deadlines;
  reader: ChainReader;
  /** For what goes to subscribers: it stands behind nobody's questions. */
  eventReader: ChainReader;
  waits: Waits;
  totals: NetworkTotals;
  signatures: SignatureWatch;
  /** Undefined on a chain that gives nothing away. */
  faucet: Faucet | undefined;
}
