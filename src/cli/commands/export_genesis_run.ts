import { toJson } from "@bufbuild/protobuf";
import { createClient } from "../../client/mod.ts";
import {
  type Genesis,
  GenesisSchema,
} from "../../proto/gen/rustorium/v1/state_pb.ts";
import { usage } from "../failure.ts";
import { createFile } from "../files.ts";
import {
  checkChainId,
  decodeGenesis,
  genesisText,
  openHome,
} from "../home/mod.ts";
import type { Output } from "../output.ts";
import { url } from "../values.ts";
import type { ExportOptions } from "./export_genesis.ts";

/** Writes a genesis. */
export async function runExportGenesis(
  output: Output,
  options: ExportOptions,
): Promise<void> {
  const genesis = await genesisFor(output, options);
  if (options.out === undefined) {
    await output.result(
      toJson(GenesisSchema, genesis) as object,
      () => genesisText(genesis).trimEnd(),
    );
    return;
  }
  if (!await createFile(options.out, genesisText(genesis), 0o644)) {
    throw usage(`${options.out} exists already; choose another --out.`);
  }
  await output.result(
    { chain_id: genesis.chainId, file: options.out },
    () => `Wrote the genesis of ${genesis.chainId} to ${options.out}`,
  );
}

async function genesisFor(
  output: Output,
  options: ExportOptions,
): Promise<Genesis> {
  const { rpc, state, home, chainId } = options;
  if (state) {
    if (rpc !== undefined) {
      throw usage("--state reads a home; leave out --rpc.");
    }
    const { genesisOfState } = await import("../export_state.ts");
    return await genesisOfState(output, home, chainId && checkChainId(chainId));
  }
  if (chainId !== undefined) {
    throw usage("--chain-id names a new chain; give --state with it.");
  }
  if (rpc === undefined) {
    return decodeGenesis((await openHome(home)).genesisBytes);
  }
  return decodeGenesis((await createClient({ url: url(rpc) }).genesis()).raw);
}
