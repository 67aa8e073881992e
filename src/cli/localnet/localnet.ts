import { join } from "node:path";
import { z } from "zod";
import { ErrorCode, RustoriumError } from "../../errors/mod.ts";
import { systemClock, systemRandom } from "../../platform/mod.ts";
import { createFile, readIfThere } from "../files.ts";
import {
  type Crowd,
  type Funded,
  makeNetworkHomes,
  type NetworkHome,
} from "../home/mod.ts";
import { configOf, type Pins } from "./config.ts";
import { type NodePlan, planNodes } from "./plan.ts";

const PLAN_FILE = "localnet.json";

const port = z.int().min(1).max(65_535);
const planFile = z.object({
  nodes: z.array(z.object({
    home: z.string(),
    rpcPort: port,
    p2pPort: port,
    dataPort: port,
    proxy: z.object({ p2pPort: port, dataPort: port }).optional(),
  })).min(1),
});

export interface Localnet {
  nodes: NodePlan[];
  /** Whether it was there before. */
  existed: boolean;
}

export interface LocalnetOptions extends Pins {
  validators: number;
  /** Whether the nodes reach each other through a proxy of ours. */
  slow: boolean;
  /** Who holds how much besides the accounts of a dev chain. */
  funded?: Funded | Crowd;
}

/** The nodes in `directory`; made when there are none. @throws USAGE when another number of them is there. */
export async function openLocalnet(
  directory: string,
  { validators, slow, funded, ...pins }: LocalnetOptions,
): Promise<Localnet> {
  const known = await readPlan(directory);
  if (known) {
    if (known.length === validators) return { nodes: known, existed: true };
    throw new RustoriumError(ErrorCode.USAGE, {
      message:
        `${directory} holds a localnet of ${known.length} validators; say --validators ${known.length} or choose another --home.`,
    });
  }
  const nodes = planNodes(directory, validators, { slow });
  const [first, ...others] = nodes.map(({ home }, index): NetworkHome => ({
    home,
    config: (seeds) => configOf(index, nodes, seeds, pins),
  }));
  const random = systemRandom();
  await makeNetworkHomes(
    [first!, ...others],
    `rustorium-local-${random.bytes(3).toHex()}`,
    { clock: systemClock(), random },
    funded,
  );
  // Last: what has no plan was not made to its end.
  const text = JSON.stringify({ nodes }, null, 2) + "\n";
  await createFile(join(directory, PLAN_FILE), text, 0o644);
  return { nodes, existed: false };
}

async function readPlan(directory: string): Promise<NodePlan[] | undefined> {
  const path = join(directory, PLAN_FILE);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return planFile.parse(JSON.parse(text)).nodes as NodePlan[];
  } catch {
    throw new RustoriumError(ErrorCode.HOME_MISSING, {
      message: `${path} is damaged; choose another --home.`,
    });
  }
}
