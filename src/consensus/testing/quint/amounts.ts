/** How what the specification's inner parts are told comes about: by messages of others. */
import type { Machine } from "./machine.ts";

const OTHERS = 3;

/**
 * Of four equal validators, `own` among them: the messages that amount to an
 * input of the state machine such as `PolkaAny`. Own votes count already, so
 * two others complete two thirds.
 */
export function messagesOf(
  input: string,
  own: string,
  { height, round }: { height: number; round: number },
): string[] {
  const [kind = "", ...words] = input.split(" ");
  const place = `${height}/${round}`;
  const others = ["v1", "v2", "v3", "v4"].filter((name) => name !== own);
  const votes = (type: string, ...blocks: string[]) =>
    blocks.map((block, at) => `${type} ${place} ${block} by ${others[at]}`);
  // The turn passes from v2 on.
  const proposer = `v${(round + 1) % (OTHERS + 1) + 1}`;
  switch (kind) {
    case "NewRound":
    case "NewRoundProposer":
      // Later rounds begin with the timer of precommits.
      return words[0] === "0" ? [`start ${height}`] : [];
    case "ProposeValue":
      return [`propose ${words[0]}`];
    case "Proposal":
      return [`proposal ${place} ${words[1]} -1 by ${proposer}`];
    case "ProposalInvalid":
      return [`proposal ${place} invalid -1 by ${proposer}`];
    case "ProposalAndPolkaAndValid":
      return votes("prevote", words[0]!, words[0]!);
    case "PolkaAny":
      return votes("prevote", "nil", "nil");
    case "PolkaNil":
      return votes("prevote", "nil", "nil");
    case "PrecommitAny":
      return votes("precommit", "other", "other");
    case "ProposalAndCommitAndValid":
      return votes("precommit", words[1]!, words[1]!);
    case "TimeoutPropose":
      return ["timeout propose"];
    case "TimeoutPrevote":
      return ["timeout prevote"];
    case "TimeoutPrecommit":
      return ["timeout precommit"];
  }
  throw new RangeError(`no such input: ${kind}`);
}

/** Brings a fresh engine to round 1 of a height by precommits of these for nothing. */
export function enterRoundOne(
  machine: Machine,
  height: number,
  others: readonly string[],
): void {
  machine.feed(`start ${height}`);
  for (const name of others) {
    machine.feed(`precommit ${height}/0 nil by ${name}`);
  }
  machine.feed("timeout precommit");
}

/** What an engine in prevote answers to a vote that amounts to that much in its round. */
export function answerTo(height: number, amount: string): string[] {
  const [kind = "", round, block] = amount.split(" ");
  const place = `${height}/${round}`;
  switch (kind) {
    case "-":
      return [];
    case "PolkaAny":
      return [`timer prevote ${round}`];
    case "PolkaNil":
      return [`precommit ${place} nil`];
    case "PolkaValue":
      return [`precommit ${place} ${block}`];
    case "PrecommitValue":
      return [`decide ${place} ${block}`];
    case "Skip":
      return [`timer propose ${round}`];
  }
  throw new RangeError(`no such amount: ${kind}`);
}
