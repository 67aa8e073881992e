import { connect } from "../platform/mod.ts";

/** What the measuring thread offers. */
export interface ReferenceService {
  /** Forgets what was measured before. */
  begin(): Promise<void>;
  /** Microseconds of one check, since `begin`. Interruptions by others do not move a median. */
  medianUs(): Promise<number>;
}

/** The measure that CPU times are compared with: the machine's own signature check, under the same load. */
export function startReference(): ReferenceService & { close(): void } {
  const url = new URL("./reference_worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module", name: "reference" });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(port2, [port2]);
  const service = connect<ReferenceService>(port1);
  return {
    begin: () => service.begin(),
    medianUs: () => service.medianUs(),
    close() {
      service.close();
      worker.terminate();
    },
  };
}
