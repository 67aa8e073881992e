/** The runs of Malachite's specification in Quint, replayed by our engines: `tools/quint_traces.ts`. */
import assert from "node:assert/strict";
import {
  answerTo,
  enterRoundOne,
  messagesOf,
} from "./testing/quint/amounts.ts";
import { Committee, Machine } from "./testing/quint/machine.ts";
import { type Parting, replay } from "./testing/quint/replay.ts";
import {
  STATE_MACHINE_RUNS,
  SYSTEM_RUNS,
  VOTE_KEEPER_RUNS,
} from "./testing/quint/traces.ts";

/**
 * Where our engines part from the specification, and why. An engine counts its
 * own votes at once, where the specification sends them through the network;
 * and it looks for proposals that it holds as soon as it enters a round.
 */
const PARTINGS: Record<string, Record<string, Parting>> = {
  // The run holds v1's own precommit back, which completes the two thirds.
  line26Test: {
    v1: {
      engine: ["decide 0/0 blue"],
      specification: ["prevote 0/1 nil"],
    },
  },
  line28Test: {
    v3: {
      engine: ["decide 0/0 blue"],
      specification: ["proposal 0/1 blue 0", "prevote 0/1 blue"],
    },
  },
  // Locked in round 1, an engine has forgotten round 0: it prevotes nil as well, but when the timer elapses.
  line32LockedTest: {
    v2: { engine: [], specification: ["prevote 0/2 nil"] },
    v3: { engine: [], specification: ["prevote 0/2 nil"] },
  },
  DecideFutureRoundTest: {
    v4: {
      engine: ["prevote 0/1 green", "decide 0/1 green"],
      specification: ["decide 0/1 green"],
    },
  },
};

Deno.test("Quint: all 36 runs are here", () => {
  const runs = [SYSTEM_RUNS, STATE_MACHINE_RUNS, VOTE_KEEPER_RUNS].flat();
  assert.equal(runs.length, 36);
  assert.equal(new Set(runs.map(([name]) => name)).size, 36);
});

for (const [name, run] of SYSTEM_RUNS) {
  Deno.test(`Quint: ${name}`, () => {
    const { machines, partings } = replay(run);
    assert.deepEqual(partings, PARTINGS[name] ?? {});
    if (name === "line32LockedTest") {
      for (const node of ["v2", "v3"]) {
        const said = machines.get(node)!.feed("timeout propose");
        assert.deepEqual(said, ["prevote 0/2 nil"]);
      }
    }
  });
}

for (const [name, { steps }] of STATE_MACHINE_RUNS) {
  Deno.test(`Quint: ${name}`, () => {
    const committee = new Committee({ v1: 1, v2: 1, v3: 1, v4: 1 });
    // The specification does not say who else there is: v2 proposes first.
    const own = steps[0]!.startsWith("NewRoundProposer") ? "v2" : "v1";
    const machine = new Machine(committee, own);
    const height = name === "DecideNonProposerTest" ? 1 : 2;
    const said = new Set<string>();
    for (const step of steps) {
      const [input = "", output = "", round] = step.split(/ > | @ /);
      const place = { height, round: Math.max(0, machine.round) };
      for (const message of messagesOf(input, own, place)) {
        for (const one of machine.feed(message)) said.add(one);
      }
      assert.ok(output === "-" || said.has(output), step);
      if (output !== "-") assert.equal(machine.round, Number(round), step);
    }
    // Proposals, votes and decisions; the specification's are all of them.
    const isWord = (one: string) => !/^(timer|build) /.test(one);
    const words = steps.map((step) => step.split(/ > | @ /)[1]!)
      .filter((output) => output !== "-" && isWord(output));
    assert.deepEqual([...said].filter(isWord), words);
  });
}

/** Nearly nothing against the others, so that their votes amount to what they do in the specification. */
const LITTLE = 1;
const MUCH = 1_000;
const HEIGHT = 1;

for (const [name, { powers, steps }] of VOTE_KEEPER_RUNS) {
  Deno.test(`Quint: ${name}`, () => {
    const others = Object.keys(powers);
    const weights = others.map((one) => [one, powers[one]! * MUCH]);
    const committee = new Committee({
      ...Object.fromEntries(weights),
      own: LITTLE,
    });
    const machine = new Machine(committee, "own");
    enterRoundOne(machine, HEIGHT, others);
    assert.equal(machine.round, 1);
    const proposer = machine.proposer(HEIGHT, 1);
    const proposed = machine.feed(
      `proposal ${HEIGHT}/1 v1 -1 by ${proposer}`,
    );
    assert.deepEqual(proposed, [`prevote ${HEIGHT}/1 v1`]);
    for (const step of steps) {
      const [vote = "", amount = ""] = step.split(" > ");
      assert.deepEqual(machine.feed(vote), answerTo(HEIGHT, amount), step);
    }
  });
}
