import {
  Internet,
  type Random,
  Scheduler,
  seededRandom,
  toJson,
} from "../../platform/mod.ts";

import { Trace } from "../trace.ts";
import { type FaultCounts, Faults } from "./faults.ts";
import { Member, type Surroundings } from "./member.ts";
import { Traffic } from "./traffic.ts";
import { Watch } from "./watch.ts";

export interface ChurnOptions {
  seed: number;
  /** Of virtual time with faults, and after it without any. */
  churnMs: number;
  quietMs: number;
  /** Nodes at the beginning, of which some are validators. */
  nodes: number;
  /** How many times as fast as in a day they come and go; once by default. */
  haste?: number;
  /** Hears every hour of virtual time how many are over. */
  onHour?: (hour: number) => unknown;
}

export interface ChurnReport extends FaultCounts {
  seed: number;
  virtualMs: number;
  nodes: number;
  published: number;
  heard: number;
  /** To one peer; over connections that lasted `due` of them. */
  sent: number;
  arrived: number;
  due: number;
  asked: number;
  answered: number;
  /** Questions without an answer since the last fault was well mended. */
  unanswered: number;
  events: number;
  /** Of two runs of one seed it is the same. */
  trace: string;
  violations: string[];
}

/** What a member logged. */
interface Line {
  atMs: number;
  member: string;
  event: string;
  fields: object;
}

const VALIDATORS = 4;
const TICK_MS = 10_000;
const LOOK_MS = 30_000;
/** After a partition messages are to reach everybody again. */
const CALM_MS = 180_000;
const HOUR_MS = 3_600_000;
/** What was begun last has come to its end by then. */
const END_MS = 90_000;
const LINES_KEPT = 200;
const VIOLATIONS_MAX = 20;

/** Nodes with the product's network on a virtual internet, through comings and goings that all follow from one seed. */
export class ChurnRun {
  readonly scheduler: Scheduler;
  readonly internet: Internet;
  readonly #options: ChurnOptions;
  readonly #trace: Trace;
  readonly #members = new Map<string, Member>();
  /** By all hosts at which they ever were. */
  readonly #owners = new Map<string, Member>();
  readonly #violations: string[] = [];
  readonly #lines: Line[] = [];
  readonly #faults: Faults;
  readonly #traffic: Traffic;
  readonly #watch: Watch;
  readonly #around: Surroundings;
  #hosts = 0;
  #isOver = false;

  constructor(options: ChurnOptions) {
    const { seed } = options;
    const random = (what: string): Random =>
      seededRandom(`churn/${seed}/${what}`);
    this.#options = options;
    this.scheduler = new Scheduler(random("scheduler"));
    this.internet = new Internet(this.scheduler, random("internet"));
    this.#trace = new Trace(this.scheduler);
    this.#around = {
      ...{
        seed,
        scheduler: this.scheduler,
        internet: this.internet,
      },
      bootstrap: () =>
        [...this.#members.values()].filter(({ isValidator }) => isValidator)
          .map(({ address }) => address),
      onLine: (...line) => this.#tell(...line),
      onBirth: (member, network) => {
        this.#owners.set(member.host, member);
        this.#traffic.join(
          member,
          network,
          (id) => this.#members.get(id)?.isValidator ?? false,
        );
      },
    };
    const parts = {
      nowMs: () => this.scheduler.now(),
      after: (delayMs: number, callback: () => void) => {
        this.scheduler.schedule(delayMs, callback);
      },
      alive: () => this.#alive(),
      member: (id: string) => this.#members.get(id),
      endsAt: (host: string, port: number) =>
        this.internet.ends.filter(({ isConfirmed, local }) =>
          isConfirmed && local.host === host && local.port === port
        ),
      onViolation: (text: string) => this.#violate(text),
    };
    this.#faults = new Faults({
      ...parts,
      ...{ random: random("faults"), internet: this.internet },
      ...{ nodes: options.nodes, haste: options.haste ?? 1 },
      members: () => [...this.#members.values()],
      create: () => this.#create(false),
      host: () => this.#host(),
      start: (member) => this.#start(member),
    });
    this.#traffic = new Traffic({
      ...parts,
      random: random("traffic"),
      calmSinceMs: () => this.#faults.healedMs + CALM_MS,
    });
    this.#watch = new Watch({
      ...parts,
      memberAt: (host) => this.#owners.get(host),
      passes: (one, other) => this.internet.passes(one, other),
    });
    for (let n = 0; n < options.nodes; n++) {
      this.#create(n < VALIDATORS);
    }
  }

  /** What does not hold. */
  get violations(): readonly string[] {
    return this.#violations;
  }

  /** What happened last, for a person to read. */
  get story(): string {
    return this.#lines.map(({ atMs, member, event, fields }) =>
      `${(atMs / 1_000).toFixed(3)} ${member}: ${event} ${
        JSON.stringify(fields, plain)
      }`
    ).join("\n");
  }

  /** To the end of the quiet time; the members still run then. */
  async run(): Promise<ChurnReport> {
    const { churnMs, quietMs, onHour } = this.#options;
    for (const member of this.#members.values()) await this.#start(member);
    this.#again(TICK_MS, () => this.#traffic.tick());
    this.#again(LOOK_MS, () => this.#watch.look());
    let hours = 0;
    this.#again(HOUR_MS, () => onHour?.(++hours));
    if (churnMs > 0) this.#faults.start();
    await this.scheduler.run(churnMs);
    this.#faults.end();
    await this.scheduler.run(quietMs / 2);
    // What is asked from now on has no reason to fail.
    const { asked, answered } = this.#traffic.figures;
    const due = this.#traffic.open - asked + answered;
    await this.scheduler.run(quietMs / 2);
    this.#isOver = true;
    await this.scheduler.run(END_MS);
    const { figures, open } = this.#traffic;
    if (open > 0) this.#violate(`${open} questions are open for ever`);
    this.#lookAtLeaving();
    return {
      ...{ seed: this.#options.seed, ...this.#faults.counts, ...figures },
      ...{ nodes: this.#alive().length, virtualMs: this.scheduler.now() },
      unanswered: due + figures.asked - figures.answered,
      events: this.scheduler.steps(),
      trace: this.#trace.digest(),
      violations: this.#violations,
    };
  }

  /** Everybody leaves. Gives how many events are left in the world then. */
  async stop(): Promise<number> {
    for (const member of this.#alive()) this.#faults.leave(member);
    await this.scheduler.run(HOUR_MS);
    this.#lookAtLeaving();
    return this.scheduler.pending();
  }

  #lookAtLeaving(): void {
    for (const name of this.#faults.leaving) {
      this.#violate(`${name} has been leaving for ever`);
    }
  }

  #again(everyMs: number, work: () => unknown): void {
    this.scheduler.schedule(everyMs, async () => {
      if (this.#isOver) return;
      await work();
      this.#again(everyMs, work);
    });
  }

  #create(isValidator: boolean): Member {
    const number = this.#members.size;
    const name = `${isValidator ? "validator" : "node"} ${number}`;
    const host = this.#host();
    const member = new Member(name, { host, isValidator }, this.#around);
    this.#members.set(member.id, member);
    return member;
  }

  /** Some share an address group. */
  #host(): string {
    const number = ++this.#hosts;
    return `${20 + number % 9}.1.${number >> 8}.${number & 0xff}`;
  }

  async #start(member: Member): Promise<void> {
    try {
      await member.start();
    } catch (error) {
      this.#violate(`${member.name} did not start: ${error}`);
    }
  }

  #alive(): Member[] {
    return [...this.#members.values()].filter(({ life }) => life);
  }

  #tell(member: string, event: string, fields: object): void {
    const { peer = "" } = fields as { peer?: string };
    this.#trace.note(`${member} ${event} ${peer}`);
    this.#lines.push({ atMs: this.scheduler.now(), member, event, fields });
    if (this.#lines.length > 2 * LINES_KEPT) this.#lines.splice(0, LINES_KEPT);
  }

  #violate(text: string): void {
    if (this.#violations.length >= VIOLATIONS_MAX) return;
    const line = `${(this.scheduler.now() / 1_000).toFixed(0)} s: ${text}`;
    if (!this.#violations.some((one) => one.endsWith(text))) {
      this.#violations.push(line);
    }
  }
}

/** Of an error what it says. */
function plain(name: string, value: unknown): unknown {
  return value instanceof Error ? value.message : toJson(name, value);
}
