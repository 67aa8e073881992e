/** From a trace to the lines that are kept of it: `node: input > output @ round`. */
import type { Value } from "./itf.ts";
import {
  certificateText,
  driverInput,
  emittedText,
  heardText,
  machineInput,
  outputText,
  valueText,
} from "./words.ts";

// deno-lint-ignore no-explicit-any -- what Quint writes has the shape of its specification
type Any = any;
type State = Record<string, Value>;

const INCOMING = [
  "incomingProposals",
  "incomingVotes",
  "incomingCertificates",
] as const;

/** A run: the powers of the validators, and its lines. */
export interface Run {
  powers: Record<string, number>;
  steps: string[];
}

/** What is kept of a run at any level of the specification. */
export function runOf(states: State[]): Run {
  const [first] = states;
  if (first && "system" in first) {
    const [[, { es }]] = first.system as Any;
    return {
      powers: Object.fromEntries(es.valset),
      steps: systemSteps(states),
    };
  }
  if (first && "lastEmitted" in first) {
    const { validatorSet } = first.bookkeeper as Any;
    return { powers: Object.fromEntries(validatorSet), steps: counts(states) };
  }
  return { powers: {}, steps: transitions(states) };
}

/** Of the vote keeper: votes, and what they amount to. */
function counts(states: State[]): string[] {
  return states.slice(1).map(({ weightedVote, lastEmitted }: Any) =>
    `${heardText(weightedVote.value[0])} > ${emittedText(lastEmitted)}`
  );
}

/** Of the state machine of one process: inputs that have been put together already. */
function transitions(states: State[]): string[] {
  return states.slice(1).map(({ input, output, state }: Any) =>
    `${machineInput(input)} > ${
      outputText(output, state.height)
    } @ ${state.round}`
  );
}

/** One line for each step of a process; deliveries into its inbox are seen when it takes them out. */
function systemSteps(states: State[]): string[] {
  const lines = states.slice(1).flatMap((after, index) =>
    systemStep(states[index]!, after)
  );
  return [...lines, ...ends(states.at(-1)!)];
}

/** The models that have no network between processes keep no buffers. */
function systemStep(before: State, after: State): string[] {
  const [node, input, output] = history(after._hist as Any);
  const was = nodeOf(before, node);
  const is = nodeOf(after, node);
  if (!was || !isStep(before, after, node)) return [];
  const { height, round } = is.es.cs;
  const begins = !was.es.started && is.es.started;
  const early = begins ? earlyOf(was, height, output.tag) : [];
  const text = begins ? `start ${height}` : driverInput(input);
  const shown = outputText(output, height);
  if (text === "-" && shown === "-") return [];
  return [
    ...early.map((message) => `${node}: early ${message}`),
    `${node}: ${text} > ${shown} @ ${round}`,
  ];
}

function history(hist: Any): [string, Any, Any] {
  return Array.isArray(hist)
    ? hist as [string, Any, Any]
    : [hist.validator, hist.input, hist.output];
}

function nodeOf({ system }: State, name: string): Any {
  return (system as Any).find(([key]: [string]) => key === name)?.[1];
}

/** Whether a process moved, rather than the network, its application or nothing at all. */
function isStep(before: State, after: State, node: string): boolean {
  const same = (one: unknown, other: unknown) =>
    JSON.stringify(one) === JSON.stringify(other);
  if (same(before, after)) return false;
  const [was, is] = [nodeOf(before, node), nodeOf(after, node)];
  if (was.es.started && !is.es.started) return false;
  if (same(was.es, is.es) && same(was.timeouts, is.timeouts)) {
    // A message that changes nothing leaves the inbox; one that arrives enters it.
    return INCOMING.some((inbox) => is[inbox].length < was[inbox].length) ||
      is.getValueRequests.length < was.getValueRequests.length;
  }
  return true;
}

/** What had arrived for a height before it began, and counts at once: proposals only if they are decided. */
function earlyOf(node: Any, height: number, output: string): string[] {
  const isOf = (message: Any) => message.height === height;
  const isDecided = output === "DecidedOutput";
  return [
    ...isDecided ? node.incomingProposals.filter(isOf).map(heardText) : [],
    ...node.incomingVotes.filter(isOf).map(heardText),
    ...node.incomingCertificates.filter((votes: Any) => isOf(votes[0]))
      .map(certificateText),
  ];
}

/** Decisions and evidence of each process at the end. */
function ends({ system }: State): string[] {
  return (system as Any).map(([name, { es }]: [string, Any]) => {
    const chain = es.chain.map(({ decision }: Any) =>
      valueText(decision.proposal)
    );
    const evidence = es.bk.evidence.map(([vote]: Any) => vote.srcAddress);
    const all = [...new Set(evidence)].toSorted();
    return `${name}: ends [${chain}] against [${all}] @ ${es.cs.round}`;
  });
}
