import {
  KINDS,
  REGIONS,
  type SimChain,
  simulateWan,
  total,
  type WanFigures,
} from "../../simulation/mod.ts";
import { Exit } from "../exit.ts";
import { green, type Output, red } from "../output.ts";
import { interrupted } from "../signals.ts";
import { grouped, record, table } from "../table.ts";
import type { SimulateOptions } from "./simulate.ts";

const VALIDATORS = 4;
const RATE = 100;
const HEIGHTS = 20;

/** Runs validators in regions of the world, without faults. */
export async function runRegions(
  output: Output,
  options: SimulateOptions,
  regions: number,
  chain: SimChain | undefined,
): Promise<void> {
  const { seed, once, log, picture } = options;
  const validators = chain?.validators.length ?? options.validators ??
    VALIDATORS;
  const places = REGIONS.slice(0, Math.min(regions, validators))
    .map(({ name }) => name);
  output.note(
    `${validators} validators in ${
      places.join(", ")
    }; the connections between them are as good as those of data centres.`,
  );
  const running = simulateWan({
    ...{ seed, validators, regions, ...(chain && { chain }) },
    rate: options.rate ?? RATE,
    heights: options.heights ?? HEIGHTS,
    onProgress: (height, virtualMs) =>
      output.progress(
        `Height ${grouped(height)}, ${
          (virtualMs / 1_000).toFixed(1)
        } virtual s`,
      ),
  }, once);
  const { figures, violations, story, svg } = await Promise.race([
    running,
    interrupted(),
  ]);
  if (picture !== undefined) await Deno.writeTextFile(picture, svg);
  if (violations.length > 0) {
    await Deno.writeTextFile(log, story);
    output.note(`What happened last is in ${log}.`);
    Deno.exitCode = Exit.failure;
  }
  await output.result(
    { ...figures, violations },
    async () =>
      [
        ...(figures ? [await human(figures), await traffic(figures)] : []),
        violations.length > 0
          ? red(violations.join("; "))
          : green("nothing violated"),
      ].join("\n\n"),
  );
}

async function human(figures: WanFigures): Promise<string> {
  const { block_ms, final_ms, transfers, sent_mbit_s } = figures;
  return await record([
    ["blocks a second", figures.blocks_per_s],
    ["proposal to decision", spread(block_ms)],
    ["submission to final", final_ms ? spread(final_ms) : "nothing was sent"],
    [
      "transfers",
      `${grouped(transfers.submitted)}, ${
        grouped(transfers.final)
      } final by the end`,
    ],
    ["further rounds", figures.extra_rounds],
    [
      "a validator sends",
      `${sent_mbit_s.mean} Mbit/s, at most ${sent_mbit_s.max}`,
    ],
    ["trace", figures.trace],
  ]);
}

async function traffic(
  { validators, messages_per_block, bytes_per_block }: WanFigures,
): Promise<string> {
  const line = (name: string, messages: number, bytes: number) => [
    name,
    ...[messages, bytes, bytes / validators].map((n) => grouped(Math.round(n))),
  ];
  return await table(
    ["", "messages a block", "bytes a block", "of each validator"],
    [
      ...KINDS.map((kind) =>
        line(kind, messages_per_block[kind], bytes_per_block[kind])
      ),
      line("total", total(messages_per_block), total(bytes_per_block)),
    ],
  );
}

function spread({ p50, p95, max }: WanFigures["block_ms"]): string {
  return `p50 ${p50} ms, p95 ${p95} ms, at most ${max} ms`;
}
