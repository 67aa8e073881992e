/** A chain of one validator with many accounts, as `start` takes it. */
import { create, fromBinary } from "@bufbuild/protobuf";
import {
  defaultParameters,
  genesisWithCrowd,
  makeDevHome,
  openHome,
  pathsIn,
} from "../../src/cli/home/mod.ts";
import { exampleConfig } from "../../src/config/mod.ts";
import { seededRandom, systemClock } from "../../src/platform/mod.ts";
import { GenesisSchema } from "../../src/proto/gen/rustorium/v1/state_pb.ts";

export interface CrowdOptions {
  /** 32 bytes each. */
  addresses: Uint8Array;
  balance: bigint;
  /** Heights between checkpoints. */
  checkpointBlocks: bigint;
  /** Of `config.toml`. */
  config: Readonly<Record<string, unknown>>;
}

/** Makes the home of a dev chain with a crowd besides its accounts. */
export async function makeCrowdHome(
  home: string,
  { addresses, balance, checkpointBlocks, config }: CrowdOptions,
): Promise<void> {
  await makeDevHome(home, {
    clock: systemClock(),
    random: seededRandom("crowd"),
  });
  const { genesisBytes } = await openHome(home);
  const genesis = create(GenesisSchema, {
    ...fromBinary(GenesisSchema, genesisBytes),
    parameters: { ...defaultParameters(), checkpointBlocks },
  });
  const paths = pathsIn(home);
  await Deno.remove(paths.genesis);
  await Deno.writeFile(
    paths.genesisBytes,
    genesisWithCrowd(genesis, { addresses, balance }),
  );
  await Deno.writeTextFile(paths.config, exampleConfig(config));
}
