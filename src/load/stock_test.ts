import assert from "node:assert/strict";
import { Chunker } from "./chunks.ts";
import { Stock } from "./stock.ts";

async function inStock(
  test: (stock: Stock, directory: string) => void | Promise<void>,
  fileBytes?: number,
) {
  const directory = await Deno.makeTempDir();
  const stock = await Stock.open(directory, fileBytes);
  try {
    await test(stock, directory);
  } finally {
    await stock.close();
    // Empty: it is not removed recursively.
    await Deno.remove(directory);
  }
}

Deno.test("chunks come out as they went in, also when more goes in meanwhile", () =>
  inStock((stock) => {
    const chunk = (fill: number) => ({
      envelopes: new Uint8Array(fill * 10).fill(fill),
      transfers: fill,
    });
    stock.add(chunk(1));
    stock.add(chunk(2));
    assert.deepEqual([stock.chunks, stock.transfers], [2, 3]);
    assert.deepEqual(stock.take(), chunk(1));
    assert.deepEqual([stock.chunks, stock.transfers], [1, 2]);
    stock.add(chunk(3));
    assert.deepEqual([stock.take(), stock.take()], [chunk(2), chunk(3)]);
    assert.equal(stock.take(), undefined);
    stock.add(chunk(4));
    assert.deepEqual(stock.take(), chunk(4));
  }));

Deno.test("envelopes are cut into chunks of equal numbers, whatever their lengths and portions", () =>
  inStock((stock) => {
    // An envelope with nonce n is n bytes of n.
    const chunker = new Chunker(stock, 3, (nonce) => nonce);
    const add = (...nonces: number[]) =>
      chunker.add(
        Uint8Array.from(nonces.flatMap((n) => new Array(n).fill(n))),
        Uint32Array.from(nonces),
      );
    add(1, 2);
    add(3, 1, 1, 2, 2);
    chunker.flush();
    const chunks = Array.from({ length: 3 }, () => stock.take()!);
    assert.deepEqual(
      chunks.map(({ envelopes, transfers }) => [transfers, ...envelopes]),
      [[3, 1, 2, 2, 3, 3, 3], [3, 1, 1, 2, 2], [1, 2, 2]],
    );
    chunker.flush();
    assert.equal(stock.take(), undefined);
  }));

Deno.test("the file does not grow with the length of a run, and nothing unread is overwritten", () =>
  inStock(async (stock, directory) => {
    let added = 0;
    let taken = 0;
    const add = () =>
      stock.add({
        envelopes: new Uint8Array(30).fill(added++),
        transfers: 1,
      });
    for (let n = 0; n < 4; n++) add();
    for (let n = 0; n < 200; n++) {
      add();
      assert.deepEqual(
        stock.take()!.envelopes,
        new Uint8Array(30).fill(taken++),
      );
    }
    for await (const { name } of Deno.readDir(directory)) {
      assert.ok(Deno.statSync(`${directory}/${name}`).size <= 330);
    }
    assert.throws(() => {
      for (let n = 0; n < 20; n++) add();
    }, RangeError);
  }, 300));
