/** Two ends, and paths of given rate and distance between them, in virtual time. */
import assert from "node:assert/strict";
import { seededRandom } from "../../platform/mod.ts";
import { type Class, CLASSES } from "../channels.ts";
import { Arrivals, WINDOW } from "./arrivals.ts";
import { PathHealth } from "./health.ts";
import { type OutPath, PathSender } from "./sender.ts";

interface Line {
  /** Bytes a millisecond. */
  rate: number;
  delayMs: number;
}

const FRAME_BYTES = 64 * 1024;
const FLIGHT_BYTES_MAX = [1 << 20, 1 << 20, 2 << 20];

/** What came, each with when it was sent and when it came. */
interface Came {
  frame: string;
  sentMs: number;
  atMs: number;
}

interface Frame {
  name: string;
  sentMs: number;
  bytes: number;
}

interface Opened extends Line, OutPath<Frame> {
  freeMs: number;
}

class World {
  nowMs = 0;
  readonly came: Came[] = [];
  copies = 0;
  readonly sender: PathSender<Opened, Frame>;
  readonly lines = new Map<string, Opened>();
  readonly #arrivals = CLASSES.map(() => new Arrivals());
  #events: { atMs: number; run: () => void }[] = [];

  constructor(lines: Record<string, Line>) {
    this.sender = new PathSender({
      clock: { monotonic: () => this.nowMs },
      flightBytesMax: FLIGHT_BYTES_MAX,
    });
    for (const [name, line] of Object.entries(lines)) this.open(name, line);
  }

  open(name: string, line: Line): void {
    const opened: Opened = {
      ...{ ...line, freeMs: 0, health: new PathHealth() },
      hasRoom: () => true,
      put: (...sent) => this.#carry(name, opened, ...sent),
    };
    opened.health.measure(2 * line.delayMs);
    this.lines.set(name, opened);
    this.sender.add(opened);
  }

  /** What is on the line never comes; the sender hears of it after a while. */
  cut(name: string, noticedMs: number): void {
    const line = this.lines.get(name)!;
    this.lines.delete(name);
    this.at(noticedMs, () => this.sender.lose(line));
  }

  at(afterMs: number, run: () => void): void {
    this.#events.push({ atMs: this.nowMs + afterMs, run });
  }

  send(of: Class, name: string, bytes: number): boolean {
    const frame = { name, sentMs: this.nowMs, bytes };
    return this.sender.send(of, frame, bytes);
  }

  /** Sends so many frames as soon as they may be. */
  bulk(count: number): void {
    let sent = 0;
    const go = () => {
      while (sent < count && this.send(2, `bulk ${sent}`, FRAME_BYTES)) sent++;
      if (sent < count) this.at(1, go);
    };
    go();
  }

  /** Until nothing happens any more, at most for an hour. */
  run(): void {
    while (this.#events.length > 0 && this.nowMs < 3_600_000) {
      const first = this.#events.reduce((a, b) => b.atMs < a.atMs ? b : a);
      this.#events = this.#events.filter((one) => one !== first);
      this.nowMs = first.atMs;
      first.run();
    }
  }

  /** Urgent frames overtake the others, as on streams of a higher order. */
  #carry(
    name: string,
    line: Opened,
    of: Class,
    frame: Frame,
    number: number,
  ): void {
    if (this.lines.get(name) !== line) return;
    const start = of === 0 ? this.nowMs : Math.max(this.nowMs, line.freeMs);
    const end = start + frame.bytes / line.rate;
    if (of !== 0) line.freeMs = end;
    this.at(end + line.delayMs - this.nowMs, () => {
      if (this.lines.get(name) !== line) return;
      this.#hear(of, frame, number);
      this.at(line.delayMs, () => {
        if (this.lines.get(name) !== line) return;
        this.sender.acknowledge(line, of, 1);
      });
    });
  }

  #hear(of: Class, { name, sentMs }: Frame, number: number): void {
    if (!this.#arrivals[of]!.isNew(number)) {
      this.copies++;
      return;
    }
    this.came.push({ frame: name, sentMs, atMs: this.nowMs });
  }
}

/** How long so much bulk takes. */
function transferMs(lines: Record<string, Line>, frames: number): number {
  const world = new World(lines);
  world.bulk(frames);
  world.run();
  assert.equal(new Set(world.came.map(({ frame }) => frame)).size, frames);
  assert.equal(world.came.length, frames);
  return world.came.at(-1)!.atMs;
}

Deno.test("bulk is striped: two paths carry nearly what each carries alone", () => {
  const fast = { rate: 4_000, delayMs: 10 };
  const far = { rate: 2_000, delayMs: 50 };
  const frames = 500;
  const both = transferMs({ fast, far }, frames);
  const alone = transferMs({ fast }, frames);
  const ideal = frames * FRAME_BYTES / (fast.rate + far.rate);
  assert.ok(both <= 1.15 * ideal, `${both} ms, at best ${ideal}`);
  assert.ok(both <= 0.8 * alone, `${both} ms, by one path ${alone}`);
});

Deno.test("a slow path beside a fast one does not make it slower", () => {
  const fast = { rate: 4_000, delayMs: 10 };
  const slow = { rate: 50, delayMs: 300 };
  const both = transferMs({ slow, fast }, 300);
  const alone = transferMs({ fast }, 300);
  assert.ok(both <= 1.15 * alone, `${both} ms, by one path ${alone}`);
});

Deno.test("a vote comes by the nearest path, however much bulk there is, and once", () => {
  const world = new World({
    near: { rate: 1_000, delayMs: 5 },
    far: { rate: 8_000, delayMs: 80 },
  });
  world.bulk(200);
  for (let n = 0; n < 50; n++) {
    world.at(20 * n, () => assert.ok(world.send(0, `vote ${n}`, 250)));
  }
  world.run();
  const votes = world.came.filter(({ frame }) => frame.startsWith("vote"));
  assert.equal(votes.length, 50);
  assert.equal(world.copies, 50);
  for (const { sentMs, atMs } of votes) assert.ok(atMs - sentMs < 6);
});

Deno.test("a path that is lost loses nothing, and nothing comes twice", () => {
  for (let seed = 0; seed < 50; seed++) {
    const random = seededRandom(seed);
    const world = new World({
      one: {
        rate: 1_000 + random.integer(4_000),
        delayMs: 1 + random.integer(99),
      },
      other: {
        rate: 1_000 + random.integer(4_000),
        delayMs: 1 + random.integer(99),
      },
    });
    world.bulk(200);
    for (let n = 0; n < 100; n++) {
      world.at(10 * n, () => {
        assert.ok(world.send(0, `vote ${n}`, 250));
        assert.ok(world.send(1, `held ${n}`, 100));
      });
    }
    const lost = random.integer(2) === 0 ? "one" : "other";
    world.at(
      random.integer(1_500),
      () => world.cut(lost, random.integer(4_000)),
    );
    world.run();
    const names = world.came.map(({ frame }) => frame);
    assert.equal(new Set(names).size, names.length, `seed ${seed}`);
    assert.equal(names.length, 400, `seed ${seed}`);
  }
});

Deno.test("what was sent while there was one path is not lost when that is cut after another has come", () => {
  const world = new World({ one: { rate: 1_000, delayMs: 20 } });
  world.bulk(20);
  world.at(50, () => world.open("other", { rate: 1_000, delayMs: 20 }));
  world.at(60, () => world.cut("one", 2_000));
  world.run();
  const names = new Set(world.came.map(({ frame }) => frame));
  assert.deepEqual([names.size, world.came.length], [20, 20]);
});

Deno.test("with the last path all is lost that was on its way, and the next begins anew", () => {
  const world = new World({ only: { rate: 1_000, delayMs: 20 } });
  world.bulk(20);
  world.at(70, () => world.cut("only", 0));
  world.at(100, () => assert.equal(world.send(0, "vote", 1), false));
  world.at(500, () => {
    world.open("next", { rate: 1_000, delayMs: 20 });
    assert.ok(world.send(0, "vote", 1));
    assert.ok(world.send(2, "more", FLIGHT_BYTES_MAX[2]!));
  });
  world.run();
  const names = world.came.map(({ frame }) => frame);
  assert.deepEqual(names, ["vote", "more"]);
});

Deno.test("a path that answers late gets no bulk meanwhile, and what it has goes over another as well", () => {
  const world = new World({
    one: { rate: 1_000, delayMs: 10 },
    other: { rate: 100, delayMs: 10 },
  });
  const one = world.lines.get("one")!;
  assert.ok(world.send(2, "first", 1_000));
  world.lines.delete("one");
  world.at(100, () => {
    one.health.isLate = true;
    world.sender.late(one);
    world.sender.late(one);
    assert.ok(world.send(2, "second", 1_000));
  });
  world.run();
  assert.deepEqual(
    world.came.map(({ frame, atMs }) => [frame, atMs]),
    [["first", 120], ["second", 130]],
  );
});

Deno.test("no two frames of a class on their way are further apart than the window, and no class holds more than its bytes", () => {
  const world = new World({ dead: { rate: 1, delayMs: 1 } });
  world.cut("dead", 10_000);
  const bulkMax = FLIGHT_BYTES_MAX[2]! / FRAME_BYTES;
  for (let n = 0; n < bulkMax; n++) {
    assert.ok(world.send(2, `bulk ${n}`, FRAME_BYTES));
  }
  assert.equal(world.send(2, "one more", FRAME_BYTES), false);
  let sent = 0;
  while (world.send(0, "vote", 1)) sent++;
  assert.equal(sent, WINDOW);
});
