import { join } from "node:path";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { ioFault } from "../io_fault.ts";

const LOCK_NAME = "lock";

/** Held until `release` or the end of the process, however it ends. */
export interface HomeLock {
  release(): void;
}

/**
 * Makes this process the only user of the directory `home`. Another one gets
 * HOME_IN_USE with the holder's pid. The lock is the operating system's, on an
 * open file, so one left behind by a killed process does not count.
 */
export async function lockHome(home: string): Promise<HomeLock> {
  const path = join(home, LOCK_NAME);
  let file: Deno.FsFile | undefined;
  try {
    file = await Deno.open(path, { read: true, write: true, create: true });
    if (!await file.tryLock(true)) {
      throw fault(ErrorCode.HOME_IN_USE, { home, pid: await holder(path) });
    }
    await file.truncate();
    await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
    const held = file;
    return { release: () => held.close() };
  } catch (thrown) {
    file?.close();
    throw ioFault(thrown, `lock ${path}`);
  }
}

/** For the message only: the file may be half written. */
async function holder(path: string): Promise<number | undefined> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return Number.parseInt(text) || undefined;
}
