import { connect } from "../platform/mod.ts";
import { percentile } from "../percentile/mod.ts";
import type { ReferenceFigures } from "./types.ts";

/** What the measuring thread offers. All times are microseconds of one check. */
export interface ReferenceService {
  /** Measures nothing else meanwhile; medians of slices. */
  burst(): Promise<number[]>;
  /** Measures now and then from here on. */
  begin(): Promise<void>;
  /** Medians of slices since `begin`; ends it. */
  end(): Promise<number[]>;
}

/** Medians of slices before, in and after the window. */
export interface ReferenceSlices {
  before: readonly number[];
  during: readonly number[];
  after: readonly number[];
}

/** The measure that CPU times are compared with: the machine's own signature check, in the same run. */
export function startReference(): ReferenceService & { close(): void } {
  const url = new URL("./reference_worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module", name: "reference" });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(port2, [port2]);
  const service = connect<ReferenceService>(port1);
  return {
    burst: () => service.burst(),
    begin: () => service.begin(),
    end: () => service.end(),
    close() {
      service.close();
      worker.terminate();
    },
  };
}

/** The median of the medians: what disturbed one of the three does not move it. */
export function referenceOf(
  { before, during, after }: ReferenceSlices,
  perValidatorUs: number,
): ReferenceFigures {
  const medians = [before, during, after].map(middleOf);
  const all = [...before, ...during, ...after];
  const verifyUs = middleOf(medians);
  return {
    node_crypto_verify_us: verifyUs,
    before_us: medians[0]!,
    during_us: medians[1]!,
    after_us: medians[2]!,
    least_us: Math.min(...all),
    most_us: Math.max(...all),
    ratio: perValidatorUs / verifyUs,
  };
}

function middleOf(values: readonly number[]): number {
  return percentile(values.toSorted((a, b) => a - b), 0.5);
}
