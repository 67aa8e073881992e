import { join } from "node:path";
import { lockHome } from "../../platform/mod.ts";
import { usage } from "../failure.ts";
import { readIfThere, removeIfThere } from "../files.ts";
import { isHome } from "./open.ts";
import { CHAIN_ENTRIES, pathsIn } from "./paths.ts";

/**
 * Removes the chain of a dev home, so that the next start makes a new one. Nothing that the node
 * did not make is touched. @throws HOME_IN_USE; USAGE for the home of another chain.
 */
export async function resetDevHome(home: string): Promise<void> {
  const made = await readIfThere(pathsIn(home).devAccounts) !== undefined;
  if (!made) {
    if (!await isHome(home)) return;
    throw usage(
      `${home} was not made by dev; remove it yourself if you are sure.`,
    );
  }
  const lock = await lockHome(home);
  try {
    for (const entry of CHAIN_ENTRIES) {
      await removeIfThere(join(home, entry), { recursive: true });
    }
  } finally {
    lock.release();
  }
}
