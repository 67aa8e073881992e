import assert from "node:assert/strict";
import { collectingLog, MemoryFile, seededRandom } from "../platform/mod.ts";
import { Journal } from "./journal.ts";

const ENTRY = Uint8Array.of(4, 0, 1, 0, 0, 0);
const BLOCK = { height: 7n, round: 1, block: Uint8Array.of(1, 2, 3) };

async function written(): Promise<MemoryFile> {
  const file = new MemoryFile();
  const journal = await Journal.open(file.open(), collectingLog());
  journal.addEntry(7n, ENTRY);
  journal.addBatch(3n);
  journal.addBlock(BLOCK);
  await journal.commit();
  return file;
}

Deno.test("a journal opened again has what was committed", async () => {
  const file = await written();
  const journal = await Journal.open(file.open(), collectingLog());
  assert.deepEqual(journal.entries(7n), [ENTRY]);
  assert.deepEqual(journal.blocks(7n), [BLOCK]);
  assert.equal(journal.batchSequence, 3n);
  assert.deepEqual(journal.entries(8n), []);
});

Deno.test("what was added but not committed does not reach the file", async () => {
  const file = await written();
  const before = (await file.open().read()).length;
  const journal = await Journal.open(file.open(), collectingLog());
  journal.addEntry(7n, ENTRY);
  assert.equal((await file.open().read()).length, before);
  assert.equal(journal.entries(7n).length, 2);
});

Deno.test("a tail cut anywhere or with any wrong byte is trimmed and said", async () => {
  const whole = await (await written()).open().read();
  const random = seededRandom("tail");
  for (let round = 0; round < 300; round++) {
    const bytes = whole.slice(0, 1 + random.integer(whole.length));
    const at = random.integer(bytes.length);
    const isCut = round % 2 === 0;
    if (!isCut) bytes[at]! ^= 1 + random.integer(255);
    const file = new MemoryFile();
    await file.open().replace(bytes);
    const log = collectingLog();
    const journal = await Journal.open(file.open(), log);
    const kept = (await file.open().read()).length;
    assert.ok(isCut ? kept <= bytes.length : kept <= at);
    assert.equal(log.lines.length > 0, kept < bytes.length);
    journal.addBatch(9n);
    await journal.commit();
    const again = await Journal.open(file.open(), collectingLog());
    assert.equal(again.batchSequence, 9n);
  }
});

Deno.test("a journal beyond its bound is rewritten and keeps what still matters", async () => {
  const file = await written();
  const journal = await Journal.open(file.open(), collectingLog());
  for (let height = 8n; height < 100n; height++) {
    journal.addEntry(height, ENTRY);
    await journal.commit();
    await journal.close(height - 1n, 500);
    assert.ok(journal.bytes < 700);
  }
  const again = await Journal.open(file.open(), collectingLog());
  assert.deepEqual(again.entries(99n), [ENTRY]);
  assert.ok(again.closed > 80n);
  assert.equal(again.batchSequence, 3n);
});

Deno.test("evidence is kept over heights and rewriting until it is dropped", async () => {
  const file = await written();
  const journal = await Journal.open(file.open(), collectingLog());
  const [one, other] = [Uint8Array.of(1), Uint8Array.of(2, 3)];
  journal.addEvidence(one);
  journal.addEvidence(other);
  await journal.commit();
  await journal.close(9n, 0);
  const again = await Journal.open(file.open(), collectingLog());
  assert.deepEqual(again.evidence, [one, other]);
  again.dropEvidence(one);
  await again.close(10n, 0);
  const last = await Journal.open(file.open(), collectingLog());
  assert.deepEqual(last.evidence, [other]);
});
