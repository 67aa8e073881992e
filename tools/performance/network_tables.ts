import { row } from "../generated_doc.ts";
import { type NetworkFigures, TRANSFERS } from "./network.ts";
import type { Words } from "./tables.ts";

const CONGESTION = ["cubic", "bbr"] as const;

/** What was measured of the network. @throws RangeError for a table that nobody knows. */
export function networkTable(
  figures: NetworkFigures,
  name: string,
  words: Words,
): string {
  const rows = rowsOf(figures, name, words);
  if (!rows) return words.nothing;
  const [head, ...rest] = rows;
  const line = head!.map((_, at) => at === 0 ? "---" : "---:");
  return [head!, line, ...rest].map(row).join("\n");
}

function rowsOf(
  { slow_line: line, dissemination, transfer }: NetworkFigures,
  name: string,
  { network: words }: Words,
): string[][] | undefined {
  switch (name) {
    case "line":
      return line && [
        [words.congestion, words.bulk, words.vote],
        ...CONGESTION.map((one) => [
          one,
          (line[one].bulk_bytes_per_s / 1_000_000).toFixed(2),
          `${line[one].vote_p95_ms}`,
        ]),
      ];
    case "first":
      return line && [
        [words.handshake, words.answer, words.trips],
        ...(["full", "early"] as const).map((one) => {
          const ms = line.first_answer_ms[one];
          return [words[one], `${ms}`, (ms / line.rtt_ms).toFixed(1)];
        }),
      ];
    case "batches":
      return dissemination && [
        [words.congestion, words.cpu, words.crossings, words.arrived],
        ...CONGESTION.map((one) => {
          const { cpu_ms_per_mb, crossings_of_a_link, arrived } =
            dissemination[one];
          return [
            one,
            cpu_ms_per_mb.toFixed(1),
            crossings_of_a_link.most.toFixed(3),
            `${(100 * arrived).toFixed(1)} %`,
          ];
        }),
      ];
    case "transfer":
      return transfer && [
        [words.source, words.seconds, words.times],
        ...TRANSFERS.map((one) => [
          words.transfers[one],
          (transfer[one].ms / 1_000).toFixed(1),
          (transfer.one.ms / transfer[one].ms).toFixed(2),
        ]),
      ];
    default:
      throw new RangeError(`no table network:${name}`);
  }
}
