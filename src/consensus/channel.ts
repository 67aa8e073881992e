/** What travels between nodes, by channel. */
export const Channel = {
  vote: "vote",
  proposal: "proposal",
  certificate: "certificate",
  held: "held",
  batch: "batch",
  greeting: "greeting",
  /** A few concatenated envelopes for the mempool. What is lost is forwarded again when nothing comes of it. */
  forward: "forward",
  /** The encoding of an `Evidence`. */
  evidence: "evidence",
} as const;

/** What nodes ask each other for, by topic. */
export const Topic = {
  /** A digest; the answer is the encoding of a `Batch`. */
  batch: "batch",
  /** A digest; the answer is what the chunks of the batch's payload are checked by, or all of it: see `batches/outline.ts`. */
  outline: "outline",
  /** A digest and the number of a chunk (u32); the answer is that chunk. */
  chunk: "chunk",
  /** A height (u64); the answer is the encoding of a `CertifiedBlock`, empty where it is not known. */
  block: "block",
  /** Many concatenated envelopes for the mempool; the answer, nothing, means that they have been looked at. */
  forward: "forward",
  /** Nothing; the answer is the encoding of a `ValidatorGreeting`, empty from a node without stake. */
  greeting: "greeting",
  /** Nothing; the answer is the last decided height (u64). */
  status: "status",
} as const;
