import { ErrorCode, fault } from "../errors/mod.ts";
import { commitSize } from "./kv_limits.ts";
import { chance, seededRandom } from "./sim/random.ts";
import type { Clock, Kv, KvMutation, Random } from "./types.ts";

/** What goes wrong, drawn from `seed`. All rates are 0 to 1; what is left out never happens. */
export interface KvFaultPlan {
  seed: string | number;
  /** This many commits succeed before any is rejected or torn. */
  spareCommits?: number;
  /** Commits that fail and leave nothing behind. */
  rejectRate?: number;
  /** Commits of large values that fail and leave a part behind: the first few, the last of them cut short. */
  tearRate?: number;
  /** The disk is full once this many bytes were committed. */
  fullAfterBytes?: number;
  /** This many commits succeed; at the next the machine stops, and nothing works any more. */
  stopAfterCommits?: number;
  /** Each operation waits up to this long. */
  latencyMsMax?: number;
}

const LARGE_VALUE_BYTES = 4_096;

/** `kv` with faults. Everything it acknowledges did happen. */
export function faultyKv(kv: Kv, plan: KvFaultPlan, clock?: Clock): Kv {
  const random = seededRandom(plan.seed);
  let [commits, bytes, stopped] = [0, 0, false];

  async function begin(): Promise<void> {
    if (clock && plan.latencyMsMax) {
      await clock.sleep(random.integer(plan.latencyMsMax + 1));
    }
    if (stopped) {
      throw fault(ErrorCode.STORAGE_FAULT, "the machine has stopped");
    }
  }

  async function commit(mutations: readonly KvMutation[]): Promise<void> {
    await begin();
    stopped = commits >= (plan.stopAfterCommits ?? Infinity);
    const isSpared = commits < (plan.spareCommits ?? 0);
    if (!isSpared && chance(random, plan.rejectRate ?? 0)) {
      throw fault(ErrorCode.STORAGE_FAULT, "the commit was rejected");
    }
    if (
      !isSpared && mutations.some(isLarge) && chance(random, plan.tearRate ?? 0)
    ) {
      await kv.commit(torn(mutations, random));
      throw fault(ErrorCode.STORAGE_FAULT, "the commit was torn");
    }
    if (stopped) throw fault(ErrorCode.STORAGE_FAULT, "the machine stops");
    const size = commitSize(mutations).bytes;
    if (bytes + size > (plan.fullAfterBytes ?? Infinity)) {
      throw fault(ErrorCode.DISK_FULL, { bytes });
    }
    await kv.commit(mutations);
    bytes += size;
    commits++;
  }

  return {
    async get(key) {
      await begin();
      return await kv.get(key);
    },
    async *list(selector, options) {
      await begin();
      yield* kv.list(selector, options);
    },
    commit,
    close: () => kv.close(),
  };
}

function isLarge(mutation: KvMutation): boolean {
  return mutation.type === "set" && mutation.value.length >= LARGE_VALUE_BYTES;
}

/** A part of the mutations, in their order; of a large value that comes last only a part. */
function torn(mutations: readonly KvMutation[], random: Random): KvMutation[] {
  const kept = mutations.slice(0, random.integer(mutations.length) + 1);
  const last = kept.pop();
  if (last?.type !== "set" || !isLarge(last)) return kept;
  const length = random.integer(last.value.length);
  return [...kept, { ...last, value: last.value.slice(0, length) }];
}
