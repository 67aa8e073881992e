import { createCore, loadCoreModule } from "../core/mod.ts";
import { ErrorCode, RustoriumError } from "../errors/mod.ts";
import type { Clock } from "../platform/mod.ts";
import { startReference } from "./reference.ts";
import { LoadRun } from "./session.ts";
import { Supply } from "./supply.ts";
import type {
  LoadNode,
  LoadOptions,
  LoadReport,
  LoadSurroundings,
} from "./types.ts";

/** Of every account at the beginning: enough for hours, and no supply too large with ten million of them. */
const BALANCE = 100_000_000_000n;
/** A node that is asked whether it is there answers by then, however busy it is. */
const ANSWER_MS_MAX = 5_000;
/** What ends in order refuses connections long before its process is gone. */
const END_MS_MAX = 15_000;

/**
 * Puts load on a chain that it has made, measures, and accounts for every
 * transfer. @throws SUPPLY_BROKEN where a balance is wrong or nodes hold
 * different states; RPC_UNREACHABLE when a node ends; what the nodes answer to
 * a transfer that is not admitted.
 */
export async function runLoad(
  options: LoadOptions,
  surroundings: LoadSurroundings,
): Promise<LoadReport> {
  const { random, directory, launch, onProgress } = surroundings;
  await using closing = new AsyncDisposableStack();
  onProgress(`Making ${options.accounts} accounts`);
  const core = await loadCoreModule();
  const supply = closing.adopt(
    await Supply.open({
      ...options,
      ...{ core, directory },
      secret: random.bytes(32),
      onAddresses: (made) =>
        onProgress(`Made ${made} of ${options.accounts} accounts`),
    }),
    (supply) => supply.close(),
  );
  const reference = closing.adopt(
    startReference(),
    (reference) => reference.close(),
  );
  const referenceBefore = await reference.burst();
  onProgress("Starting the nodes");
  const nodes = await launch(supply.addresses.bytes, BALANCE);
  return await whileAlive(nodes, surroundings, async () => {
    const run = await LoadRun.open({
      ...{ options, surroundings, supply, nodes, reference, referenceBefore },
      ...{ balance: BALANCE, core: createCore(core) },
    });
    closing.adopt(run, (run) => run.close());
    return await run.report(await run.measure());
  });
}

/** Says that a node ended rather than what came of it. */
async function whileAlive<T>(
  nodes: readonly LoadNode[],
  { clock }: LoadSurroundings,
  work: () => Promise<T>,
): Promise<T> {
  const failed = Promise.race(nodes.map((node) => node.failed));
  try {
    return await Promise.race([work(), failed]);
  } catch (thrown) {
    const silent = await silentOf(nodes, clock);
    if (silent.length === 0) throw thrown;
    await Promise.race([failed, clock.sleep(END_MS_MAX)]);
    throw new RustoriumError(ErrorCode.RPC_UNREACHABLE, {
      message: `Nodes do not answer, but have not ended: ${silent.join(", ")}.`,
      cause: thrown,
    });
  }
}

/** The numbers of the nodes that do not answer. */
async function silentOf(
  nodes: readonly LoadNode[],
  clock: Clock,
): Promise<number[]> {
  const late = new AbortController();
  const timer = clock.schedule(ANSWER_MS_MAX, () => late.abort());
  const asked = await Promise.allSettled(nodes.map(async ({ rpc }) => {
    const url = new URL("/livez", rpc);
    await (await fetch(url, { signal: late.signal })).body?.cancel();
  }));
  timer.cancel();
  return asked.flatMap(({ status }, n) => status === "rejected" ? [n] : []);
}
