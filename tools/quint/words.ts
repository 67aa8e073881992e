/** Messages, inputs and outputs of the specification, as short sentences. */
import type { Value } from "./itf.ts";

// deno-lint-ignore no-explicit-any -- what Quint writes has the shape of its specification
type Any = any;

/** A block's name; `nil` for none. */
export function valueText(value: Any): string {
  if (typeof value === "string") return value.replaceAll(" ", "-");
  return value.tag === "Nil" ? "nil" : valueText(value.value);
}

export function voteText({ voteType, height, round, valueId }: Any): string {
  const kind = voteType.tag.toLowerCase();
  return `${kind} ${height}/${round} ${valueText(valueId)}`;
}

export function proposalText(message: Any): string {
  const { height, round, proposal, validRound } = message;
  return `proposal ${height}/${round} ${valueText(proposal)} ${validRound}`;
}

/** A message and its author. */
export function heardText(message: Any): string {
  const text = "voteType" in message
    ? voteText(message)
    : proposalText(message);
  return `${text} by ${message.srcAddress}`;
}

/** All votes of a certificate are alike. */
export function certificateText(votes: Any): string {
  const authors = votes.map((vote: Any) => vote.srcAddress).toSorted();
  return `certificate ${voteText(votes[0])} by ${authors.join(",")}`;
}

/** What a driver is fed. `-` for what is its own business: pending inputs, changes of step. */
export function driverInput({ tag, value }: Any): string {
  switch (tag) {
    case "StartDInput":
      return "start";
    case "ProposalDInput":
    case "VoteDInput":
      return heardText(value);
    case "CertificateDInput":
      return certificateText(value);
    case "TimeoutDInput":
      return `timeout ${value.tag.replace("Timeout", "").toLowerCase()}`;
    case "ProposeValueDInput":
      return `propose ${valueText(value)}`;
    case "PendingDInput":
    case "StepChangeDInput":
    case "NoDInput":
      return "-";
  }
  throw new RangeError(`no such input: ${tag}`);
}

/** What comes out. `-` for nothing that anybody outside would see. */
export function outputText(output: Any, height: Value): string {
  const { tag, value } = output;
  switch (tag) {
    case "ProposalOutput":
      return proposalText(value);
    case "VoteOutput":
      return voteText(value);
    case "DecidedOutput":
      return `decide ${height}/${value[0]} ${valueText(value[1])}`;
    case "GetValueAndScheduleTimeoutOutput":
      return `build ${value[0]}/${value[1]}`;
    case "TimeoutOutput":
      return `timer ${value[1].tag.replace("Timeout", "").toLowerCase()} ${
        value[0]
      }`;
    case "SkipRoundOutput":
    case "NoConsensusOutput":
    case "ErrorOutput":
      return "-";
  }
  throw new RangeError(`no such output: ${tag}`);
}

/** What the vote keeper says of a vote, e.g. `PolkaValue 1 v1`. */
export function emittedText({ tag, value }: Any): string {
  const name = tag.replace("VKOutput", "");
  return name === "No" ? "-" : [name, ...[value].flat()].join(" ");
}

/** What the state machine is told, e.g. `ProposalAndPolkaAndValid block`. */
export function machineInput({ tag, value }: Any): string {
  const words = [value].flat().map((word: Any) =>
    typeof word === "object" ? valueText(word) : word
  );
  return [tag.replace("CInput", ""), ...words].join(" ");
}
