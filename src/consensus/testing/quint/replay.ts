import assert from "node:assert/strict";
import { Committee, Machine } from "./machine.ts";
import type { Run } from "./traces.ts";

/** Where an engine parts from the specification: what each says from there on. */
export interface Parting {
  engine: string[];
  specification: string[];
}

/** One process: what its engine and what the specification says. */
class Process {
  readonly machine: Machine;
  readonly timers = new Set<string>();
  readonly said: string[] = [];
  readonly expected: string[] = [];

  constructor(committee: Committee, name: string) {
    this.machine = new Machine(committee, name);
  }

  /** Whether the engine has said all that it should have; it may have said more. */
  get isTogether(): boolean {
    return this.expected.every((one, at) => this.said[at] === one);
  }

  get parting(): Parting {
    const [engine, specification] = [this.said, this.expected];
    const differs = (one: string | undefined, at: number) =>
      one !== specification[at];
    const at = engine.findIndex(differs);
    const from = at < 0 ? engine.length : at;
    return {
      engine: engine.slice(from),
      specification: specification.slice(from),
    };
  }

  feed(input: string): void {
    if (input.startsWith("timeout ") && this.isTogether) {
      const timer = `${input.slice("timeout ".length)} ${this.machine.round}`;
      assert.ok(this.timers.has(`timer ${timer}`), `no timer ${timer}`);
    }
    for (const one of this.machine.feed(input)) {
      if (one.startsWith("timer ")) this.timers.add(one);
      else this.said.push(one);
    }
  }

  expect(output: string): void {
    // Which timers are set is seen when they elapse: an engine that has two
    // thirds for a block at hand has no use for the timer of stragglers.
    if (output !== "-" && !output.startsWith("timer ")) {
      this.expected.push(output);
    }
  }

  /** Whether both end alike: decisions, round, and whoever was caught. */
  checkEnd(text: string): void {
    const [, chain, accused = "", round] = /^\[(.*)\] against \[(.*)\] @ (.*)$/
      .exec(text)!;
    const decided = this.said.filter((one) => one.startsWith("decide "))
      .map((one) => one.split(" ").at(-1));
    assert.equal(decided.join(), chain, "decisions");
    // Evidence leaves the engine with a decision.
    if (chain !== "") {
      assert.equal([...this.machine.accused].join(), accused, "evidence");
    }
    // The specification has no round yet where it decides with the start.
    if (round !== "-1") assert.equal(this.machine.round, Number(round));
  }
}

/** Feeds a run to one engine for each process; gives those that part from the specification. */
export function replay({ powers, steps }: Run): {
  machines: Map<string, Machine>;
  partings: Record<string, Parting>;
} {
  const committee = new Committee(powers);
  const processes = new Map<string, Process>();
  for (const step of steps) {
    const [, name = "", text = ""] = /^(\w+): (.*)$/.exec(step)!;
    const process = processes.get(name) ?? new Process(committee, name);
    processes.set(name, process);
    if (text.startsWith("early ")) process.feed(text.slice("early ".length));
    else if (text.startsWith("ends ")) {
      if (process.isTogether) process.checkEnd(text.slice("ends ".length));
    } else {
      const [input, output] = text.split(/ > | @ /);
      process.feed(input!);
      process.expect(output!);
    }
  }
  const all = [...processes];
  return {
    machines: new Map(all.map(([name, { machine }]) => [name, machine])),
    partings: Object.fromEntries(
      all.filter(([, { said, expected }]) => said.join() !== expected.join())
        .map(([name, process]) => [name, process.parting]),
    ),
  };
}
