/** What holds for every LogFile, and what each kind adds. */
import assert from "node:assert/strict";
import { openLogFile } from "./real/log_file.ts";
import { MemoryFile } from "./sim/log_file.ts";
import { seededRandom } from "./sim/random.ts";
import type { LogFile } from "./types.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

async function withLogs(
  body: (reopen: () => Promise<LogFile>) => Promise<void>,
) {
  const home = await Deno.makeTempDir();
  const memory = new MemoryFile();
  await body(() => openLogFile(`${home}/wal`));
  await body(() => Promise.resolve(memory.open()));
  await Deno.remove(home, { recursive: true });
}

Deno.test("what is appended is read in its order, also after reopening", () =>
  withLogs(async (open) => {
    const first = await open();
    assert.deepEqual(await first.read(), bytes());
    await Promise.all([
      first.append(bytes(1, 2)),
      first.append(bytes(3)),
      first.sync(),
    ]);
    assert.deepEqual(await first.read(), bytes(1, 2, 3));
    first.close();
    const second = await open();
    await second.append(bytes(4));
    assert.deepEqual(await second.read(), bytes(1, 2, 3, 4));
    second.close();
  }));

Deno.test("truncate() cuts the tail and replace() changes all; both go on with append()", () =>
  withLogs(async (open) => {
    const log = await open();
    await log.append(bytes(1, 2, 3, 4));
    await log.truncate(2);
    await log.append(bytes(5));
    assert.deepEqual(await log.read(), bytes(1, 2, 5));
    await log.replace(bytes(9));
    await log.append(bytes(8));
    await log.sync();
    assert.deepEqual(await log.read(), bytes(9, 8));
    log.close();
    const next = await open();
    assert.deepEqual(await next.read(), bytes(9, 8));
    next.close();
  }));

Deno.test("a closed log refuses what comes after, not what came before", () =>
  withLogs(async (open) => {
    const log = await open();
    const before = log.append(bytes(1));
    log.close();
    await before;
    await assert.rejects(log.append(bytes(2)));
    await assert.rejects(log.sync());
  }));

Deno.test("a log in a missing directory is STORAGE_FAULT", async () => {
  const home = await Deno.makeTempDir();
  await assert.rejects(openLogFile(`${home}/none/wal`), {
    codeName: "STORAGE_FAULT",
  });
  await Deno.remove(home, { recursive: true });
});

Deno.test("after a failed write the log is DISK_FULL for good", async () => {
  const log = await openLogFile("/dev/full").catch(() => undefined);
  if (!log) return;
  await assert.rejects(log.append(bytes(1)), { codeName: "DISK_FULL" });
  await assert.rejects(log.sync(), { codeName: "DISK_FULL" });
  log.close();
});

Deno.test("a crash keeps what was synced, and of the rest a part that may be torn", async () => {
  const lengths = new Set<number>();
  for (let seed = 0; seed < 40; seed++) {
    const file = new MemoryFile();
    const log = file.open();
    await log.append(bytes(1, 2));
    await log.sync();
    await log.append(bytes(3, 4, 5));
    file.crash(seededRandom(seed));
    await assert.rejects(log.append(bytes(6)), { codeName: "STORAGE_FAULT" });
    const left = await file.open().read();
    assert.deepEqual(left.slice(0, 2), bytes(1, 2));
    lengths.add(left.length);
  }
  assert.deepEqual([...lengths].sort(), [2, 3, 4, 5]);
});
