import assert from "node:assert/strict";
import type { Page } from "../execution/types.ts";
import {
  byName,
  collect,
  hashOf,
  pagesOf,
  randomBytes,
} from "./testing/fixtures.ts";
import { withStore } from "./testing/open.ts";

Deno.test("checkpoints are cumulative, removed pages are gone, and one version of each is left", () =>
  withStore(async (store, disk) => {
    const page = (slot: number, id: number, bytes: Uint8Array) => ({
      slot,
      id: Uint8Array.of(id),
      bytes,
    });
    const large = page(3, 1, randomBytes("large", 2_000_000));
    const first = [
      page(0, 1, Uint8Array.of(1)),
      page(0, 2, Uint8Array.of(2)),
      large,
    ];
    await store.putCheckpoint(5n, hashOf("s5"), pagesOf(first));
    const changes = [
      page(0, 1, new Uint8Array()),
      page(0, 2, Uint8Array.of(3)),
      page(255, 0, Uint8Array.of(4)),
    ];
    await store.putCheckpoint(9n, hashOf("s9"), pagesOf(changes));
    await store.putCheckpoint(9n, hashOf("s9"), pagesOf(changes));
    const checkpoint = await store.checkpoint();
    assert.equal(checkpoint?.height, 9n);
    assert.deepEqual(checkpoint.stateRoot, hashOf("s9"));
    const pages = (await collect(checkpoint.pages())).flat();
    assert.deepEqual(byName(pages), byName([changes[1]!, large, changes[2]!]));
    const versions = disk.entries().filter(({ key }) =>
      key[0] === "page" && key[4] === 0
    );
    assert.equal(versions.length, 3);
    assert.ok(!disk.entries().some(({ key }) => key[0] === "page_journal"));
  }));

Deno.test("a checkpoint that is being read stays whole while the next one is written", () =>
  withStore(async (store) => {
    const pages = (tag: string) =>
      Array.from(
        { length: 60 },
        (_, n) => ({
          slot: n,
          id: new Uint8Array(1),
          bytes: randomBytes(tag + n, 50),
        }),
      );
    await store.putCheckpoint(1n, hashOf("1"), pagesOf(pages("one")));
    const reading = (await store.checkpoint())!.pages()[Symbol.asyncIterator]();
    const seen = [(await reading.next()).value];
    await store.putCheckpoint(2n, hashOf("2"), pagesOf(pages("two")));
    for (
      let next = await reading.next();
      !next.done;
      next = await reading.next()
    ) seen.push(next.value);
    assert.deepEqual(byName(seen.flat()), byName(pages("one")));
    const now = (await collect((await store.checkpoint())!.pages())).flat();
    assert.deepEqual(byName(now), byName(pages("two")));
  }));

Deno.test("a checkpoint whose pages fail leaves the previous one and can be made again", () =>
  withStore(async (store) => {
    const page = (byte: number) => ({
      slot: 1,
      id: new Uint8Array(1),
      bytes: Uint8Array.of(byte),
    });
    await store.putCheckpoint(1n, hashOf("1"), pagesOf([page(1)]));
    async function* broken() {
      yield await Promise.resolve([page(2)]);
      throw new Error("executor stopped");
    }
    await assert.rejects(
      store.putCheckpoint(2n, hashOf("2"), broken()),
      /executor stopped/,
    );
    const pages = async () =>
      byName((await collect((await store.checkpoint())!.pages())).flat());
    assert.deepEqual(await pages(), byName([page(1)]));
    await store.putCheckpoint(2n, hashOf("2"), pagesOf([page(3)]));
    assert.deepEqual(await pages(), byName([page(3)]));
  }));

Deno.test("a page that is removed and made again while an old checkpoint is read stays", () =>
  withStore(async (store) => {
    const page = (id: number, bytes: number[]) => ({
      slot: 1,
      id: Uint8Array.of(id),
      bytes: Uint8Array.from(bytes),
    });
    const put = (height: bigint, ...pages: Page[]) =>
      store.putCheckpoint(height, hashOf(`${height}`), pagesOf(pages));
    await put(1n, page(1, [1]), page(2, [1]));
    const reading = (await store.checkpoint())!.pages()[Symbol.asyncIterator]();
    await reading.next();
    await put(2n, page(1, []));
    await put(3n, page(1, [3]));
    await reading.return!();
    await put(4n, page(2, [4]));
    await put(5n);
    const pages = (await collect((await store.checkpoint())!.pages())).flat();
    assert.deepEqual(byName(pages), byName([page(1, [3]), page(2, [4])]));
  }));
