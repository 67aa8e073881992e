import assert from "node:assert/strict";
import { ErrorCode, fault, RustoriumError } from "../errors/mod.ts";
import { connect, serve, sometime, transfer } from "./port.ts";

interface Service {
  add(a: bigint, b: bigint): Promise<bigint>;
  echo<T>(value: T): Promise<T>;
  refuse(): Promise<never>;
  count(to: number): AsyncIterable<number>;
  sum(numbers: AsyncIterable<number>): Promise<number>;
  never(): Promise<void>;
  onTick(callback: (n: number) => void): void;
  tick(n: number): Promise<void>;
  take(buffer: Uint8Array): Promise<number>;
  note(n: number | Uint8Array): Promise<void>;
}

class Counter {
  readonly ended: number[] = [];
  #listener = (_n: number) => {};
  add = (a: bigint, b: bigint) => a + b;
  echo = (value: unknown) => value;
  refuse(): never {
    throw fault(ErrorCode.MEMPOOL_FULL, { at: 7n });
  }
  async *count(to: number) {
    try {
      for (let n = 0; n < to; n++) yield await Promise.resolve(n);
    } finally {
      this.ended.push(to);
    }
  }
  async sum(numbers: AsyncIterable<number>) {
    let total = 0;
    for await (const n of numbers) total += n;
    return total;
  }
  never = () => new Promise<void>(() => {});
  onTick(callback: (n: number) => void) {
    this.#listener = callback;
  }
  tick(n: number) {
    this.#listener(n);
  }
  take = (bytes: Uint8Array) => bytes.length;
  note(_n: number | Uint8Array): void {}
}

/** Counts the crossings of all ports, both ways. */
function countPosts() {
  const post = MessagePort.prototype.postMessage;
  const counter = {
    count: 0,
    stop: () => MessagePort.prototype.postMessage = post,
  };
  MessagePort.prototype.postMessage = function (...args: unknown[]) {
    counter.count++;
    return Reflect.apply(post, this, args);
  };
  return counter;
}

async function withService(
  body: (
    remote: ReturnType<typeof connect<Service>>,
    service: Counter,
  ) => Promise<void>,
  inFlightMax?: number,
) {
  const { port1, port2 } = new MessageChannel();
  const service = new Counter();
  serve(port1, service);
  const remote = connect<Service>(port2, inFlightMax ? { inFlightMax } : {});
  try {
    await body(remote, service);
  } finally {
    remote.close();
  }
}

Deno.test("a call crosses with its arguments and result", () =>
  withService(async (remote) => {
    assert.equal(await remote.add(2n, 40n), 42n);
    assert.deepEqual(await remote.echo({ a: [1, undefined, "x"] }), {
      a: [1, undefined, "x"],
    });
  }));

Deno.test("an error keeps its name, message, code and detail", () =>
  withService(async (remote) => {
    await assert.rejects(remote.refuse(), (error) => {
      assert.ok(error instanceof RustoriumError);
      assert.equal(error.codeName, "MEMPOOL_FULL");
      assert.deepEqual(error.detail, { at: 7n });
      return true;
    });
  }));

Deno.test("a method that the service lacks is refused, inherited ones too", () =>
  withService(async (remote) => {
    const any = remote as unknown as {
      missing(): Promise<void>;
      valueOf(): Promise<void>;
    };
    await assert.rejects(any.missing(), /no method missing/);
    await assert.rejects(any.valueOf(), /no method valueOf/);
  }));

Deno.test("an async iterable is pulled item by item, and ends when the reader leaves", () =>
  withService(async (remote, service) => {
    const all: number[] = [];
    for await (const n of remote.count(3)) all.push(n);
    assert.deepEqual(all, [0, 1, 2]);
    for await (const n of remote.count(1_000_000)) if (n === 2) break;
    await remote.add(0n, 0n);
    assert.deepEqual(service.ended, [3, 1_000_000]);
  }));

Deno.test("an async iterable argument is pulled by the service", () =>
  withService(async (remote) => {
    async function* numbers() {
      for (const n of [1, 2, 39]) yield await Promise.resolve(n);
    }
    assert.equal(await remote.sum(numbers()), 42);
  }));

Deno.test("a failing iterable argument fails the call", () =>
  withService(async (remote) => {
    // deno-lint-ignore require-yield
    async function* broken(): AsyncGenerator<number> {
      await Promise.resolve();
      throw new Error("source broke");
    }
    await assert.rejects(remote.sum(broken()), /source broke/);
  }));

Deno.test("a callback is notified in order", () =>
  withService(async (remote) => {
    const seen: number[] = [];
    remote.onTick((n) => seen.push(n));
    await remote.tick(1);
    await remote.tick(2);
    assert.deepEqual(seen, [1, 2]);
  }));

Deno.test("transfer() moves a buffer, a plain argument is copied", () =>
  withService(async (remote) => {
    const copied = new Uint8Array(10);
    assert.equal(await remote.take(copied), 10);
    assert.equal(copied.length, 10);
    const moved = new Uint8Array(10);
    assert.equal(await remote.take(transfer(moved, [moved.buffer])), 10);
    assert.equal(moved.length, 0);
  }));

Deno.test("a small view of a large buffer crosses alone", () =>
  withService(async (remote) => {
    const view = new Uint8Array(1 << 20).subarray(8, 12);
    const [back] = await remote.echo([view]);
    assert.equal(back?.buffer.byteLength, 4);
  }));

Deno.test("what cannot be cloned fails its own call only", () =>
  withService(async (remote) => {
    await assert.rejects(remote.echo({ f: () => 0 }));
    assert.equal(await remote.add(1n, 1n), 2n);
    const [one, other] = [remote.echo({ f: () => 0 }), remote.add(1n, 2n)];
    await assert.rejects(one);
    assert.equal(await other, 3n);
  }));

Deno.test("calls of one tick cross together, in their order, buffers that move as well", () =>
  withService(async (remote, service) => {
    const seen: number[] = [];
    service.note = (n) => {
      seen.push(typeof n === "number" ? n : n[0]!);
    };
    const crossings = countPosts();
    const calls = [1, 2].map((n) => remote.note(n));
    await Promise.resolve();
    calls.push(remote.note(3));
    await Promise.all(calls);
    assert.equal(crossings.count, 2);
    const moved = Uint8Array.of(4);
    await Promise.all([
      remote.note(5),
      remote.note(transfer(moved, [moved.buffer])),
      remote.note(6),
    ]);
    assert.deepEqual(seen, [1, 2, 3, 5, 4, 6]);
    crossings.stop();
  }));

Deno.test("of what is told no answer crosses, and what it throws is lost", () => {
  const { port1, port2 } = new MessageChannel();
  const service = new Counter();
  serve(port1, service);
  const remote = connect<Service>(port2, { tells: ["refuse", "note"] });
  return (async () => {
    const seen: unknown[] = [];
    service.note = (n) => {
      seen.push(n);
    };
    assert.equal(remote.refuse(), undefined);
    remote.note(1);
    remote.note(2);
    const crossings = countPosts();
    await remote.add(1n, 1n);
    assert.equal(crossings.count, 2);
    assert.deepEqual(seen, [1, 2]);
    crossings.stop();
  })().finally(() => remote.close());
});

Deno.test("what is in no hurry crosses with what comes next, or a little later", async () => {
  const { port1, port2 } = new MessageChannel();
  const service = new Counter();
  const told: unknown[] = [];
  service.onTick = (callback) => {
    service.tick = sometime(callback);
  };
  serve(port1, service);
  const remote = connect<Service>(port2, {
    isPatient: (method) => method === "take",
    tells: ["onTick"],
  });
  remote.onTick((n) => told.push(n));
  await remote.add(0n, 0n);
  const crossings = countPosts();
  try {
    const taken = remote.take(Uint8Array.of(1, 2)).then((n) => told.push(n));
    service.tick(3);
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(told.length, 0);
    const sum = remote.add(1n, 3n).then((n) => told.push(n));
    await Promise.all([taken, sum]);
    assert.deepEqual(new Set(told), new Set([2, 3, 4n]));
    assert.equal(crossings.count, 2);
    // Nothing else is said.
    assert.equal(await remote.take(Uint8Array.of(1)), 1);
    assert.equal(crossings.count, 4);
  } finally {
    crossings.stop();
    remote.close();
  }
});

Deno.test("calls beyond the bound fail with RPC_BUSY", () =>
  withService(async (remote) => {
    const open = [remote.never(), remote.never()];
    await assert.rejects(remote.add(1n, 1n), { code: 605 });
    remote.close();
    for (const call of open) await assert.rejects(call, { code: 904 });
  }, 2));

Deno.test("close() fails open and later calls with SHUTTING_DOWN and ends streams", () =>
  withService(async (remote, service) => {
    const open = remote.never();
    const stream = remote.count(5)[Symbol.asyncIterator]();
    await stream.next();
    remote.close();
    await assert.rejects(open, { code: 904 });
    await assert.rejects(remote.add(1n, 1n), { code: 904 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(service.ended, [5]);
  }));

Deno.test("one service answers on two ports", async () => {
  const service = new Counter();
  const remotes = [new MessageChannel(), new MessageChannel()].map(
    ({ port1, port2 }) => {
      serve(port1, service);
      return connect<Service>(port2);
    },
  );
  assert.deepEqual(await Promise.all(remotes.map((r) => r.add(1n, 2n))), [
    3n,
    3n,
  ]);
  for (const remote of remotes) remote.close();
});
