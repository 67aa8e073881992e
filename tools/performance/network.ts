/** What `bench/slow_line.ts` prints. */
export interface LineFigures {
  rtt_ms: number;
  /** Of the datagrams, from 0 to 1. */
  loss: number;
  cubic: CongestionFigures;
  bbr: CongestionFigures;
  first_answer_ms: { full: number; early: number };
}

interface CongestionFigures {
  bulk_bytes_per_s: number;
  vote_p95_ms: number;
}

/** What `bench/dissemination.ts` prints. */
export type BatchFigures = Record<"bbr" | "cubic", {
  mb_published: number;
  mb_per_second: number;
  cpu_ms_per_mb: number;
  /** Of what was published, from 0 to 1. */
  arrived: number;
  crossings_of_a_link: { most: number; links: number };
  dropped: number;
}>;

/** Ways of getting the same blocks. */
export const TRANSFERS = [
  "one",
  "two",
  "three",
  "one_of_three_stalls",
  "one_of_three_lies",
  "three_by_libp2p",
] as const;

export type Transfer = typeof TRANSFERS[number];

/** What `bench/transfer.ts` prints. */
export type TransferFigures =
  & { mib: number; mb_per_s_each: number }
  & Record<Transfer, { ms: number; chunks: number[] }>;

/** By the name of its benchmark. */
export interface NetworkFigures {
  slow_line?: LineFigures;
  dissemination?: BatchFigures;
  transfer?: TransferFigures;
}

export const NETWORK_BENCHES = [
  "slow_line",
  "dissemination",
  "transfer",
] as const satisfies (keyof NetworkFigures)[];
