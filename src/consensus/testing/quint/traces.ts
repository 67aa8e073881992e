/** What Malachite's specification does: made by `tools/quint_traces.ts`, one file for each of its test modules. */
import consensus from "./traces/consensusTest.json" with { type: "json" };
import decideForPastRound from "./traces/decideForPastRoundTest.json" with {
  type: "json",
};
import disagreement from "./traces/disagreementTest.json" with { type: "json" };
import heightLogic from "./traces/heightLogicTest.json" with { type: "json" };
import hiddenLock from "./traces/hiddenLockTest.json" with { type: "json" };
import line26 from "./traces/line26Test.json" with { type: "json" };
import line28 from "./traces/line28Test.json" with { type: "json" };
import line32 from "./traces/line32Test.json" with { type: "json" };
import line42 from "./traces/line42Test.json" with { type: "json" };
import parameterized from "./traces/parameterizedTest.json" with {
  type: "json",
};
import someMultiRound from "./traces/someMultiRoundTest.json" with {
  type: "json",
};
import statemachine from "./traces/statemachineTest.json" with { type: "json" };
import votekeeper from "./traces/votekeeperTest.json" with { type: "json" };

/** A run of the specification. */
export interface Run {
  /** Of the validators; none where one process is told what the others' votes amount to. */
  powers: Record<string, number>;
  /** `node: input > output @ round`, or parts of it. */
  steps: string[];
}

interface Module {
  specification: string;
  runs: Record<string, Run>;
}

const runsOf = (modules: Module[]) =>
  modules.flatMap(({ runs }) => Object.entries(runs));

/** Of several processes and the messages between them. */
export const SYSTEM_RUNS: [string, Run][] = runsOf([
  ...[decideForPastRound, disagreement, heightLogic, hiddenLock] as Module[],
  ...[line26, line28, line32, line42] as Module[],
  ...[parameterized, someMultiRound, statemachine] as Module[],
]);

/** Of one process: what its state machine is told, and answers. */
export const STATE_MACHINE_RUNS: [string, Run][] = runsOf([
  consensus as Module,
]);

/** Votes, and what they amount to. */
export const VOTE_KEEPER_RUNS: [string, Run][] = runsOf([votekeeper as Module]);
