/** All keys of `config.toml` with their ranges, defaults and meaning. */
import { z } from "zod";
import { consensus, execution, mempool, storage } from "./chain.ts";
import { p2p, rpc } from "./interfaces.ts";
import { log } from "./log.ts";
import { network } from "./network.ts";

export const configSchema = z.strictObject({
  rpc: rpc.prefault({}),
  p2p: p2p.prefault({}),
  consensus: consensus.prefault({}),
  mempool: mempool.prefault({}),
  execution: execution.prefault({}),
  storage: storage.prefault({}),
  log: log.prefault({}),
  network: network.prefault({}),
});

/** A whole, valid configuration. Names are those of the file. */
export type Config = z.infer<typeof configSchema>;
