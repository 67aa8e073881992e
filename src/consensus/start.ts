import { Host } from "./host.ts";
import { openParts } from "./parts.ts";
import { recover } from "./recover.ts";
import type { Consensus, ConsensusContext } from "./types.ts";

/**
 * Executes what the store has beyond the executor's state, feeds the engine
 * what the write-ahead log has beyond the store, and goes on from there.
 * Throws REPLAY_MISMATCH, STORAGE_CORRUPT and GENESIS_INVALID.
 */
export async function startConsensus(
  context: ConsensusContext,
): Promise<Consensus> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  // Whoever does not wait for it is not to be killed by it.
  failed.catch(() => undefined);
  const onError = (error: unknown) => {
    context.log.error("consensus stopped", { error });
    reject(error);
  };
  const parts = await openParts(context, onError);
  const { tip, fullHeight } = await recover(parts);
  const { signatures, journal, pace, log } = parts;
  // Of all heights: a store that lost blocks must not lead to second signatures.
  for (const entry of journal.allEntries()) signatures.remember(entry);
  const closed = journal.closed > tip.height ? journal.closed : tip.height;
  signatures.guard.close(closed);
  pace.recovered(fullHeight);
  log.info("consensus starts", {
    height: tip.height + 1n,
    loggedEntries: journal.entries(tip.height + 1n).length,
  });
  const host = new Host(parts, tip, onError);
  host.run();
  return {
    height: () => host.height(),
    round: () => host.round(),
    syncing: () => host.syncing(),
    health: () => host.health(),
    stop: () => host.stop(),
    failed,
  };
}
