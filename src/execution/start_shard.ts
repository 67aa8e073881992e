import { ErrorCode } from "../errors/mod.ts";
import { connect, startWorker, transfer } from "../platform/mod.ts";
import type { NewShard, ShardStart } from "./new_shard.ts";
import type { ShardControl } from "./shard_control.ts";
import { connectShard } from "./shard_port.ts";

export interface ShardWorkerOptions extends ShardStart {
  /** Its number, for the name of the thread. */
  number: number;
  core: WebAssembly.Module;
  entropy?: Uint8Array;
  /** Told when the thread breaks down. */
  onFailed: (reason: unknown) => void;
}

/** Makes a shard in a worker of its own. Closing it ends the worker. */
export function newShardWorker(
  { number, core, entropy, onFailed, ...start }: ShardWorkerOptions,
): NewShard & { stop(): void } {
  const url = new URL("./shard_worker.ts", import.meta.url);
  const { worker, failed } = startWorker(url, {
    name: `shard ${number}`,
    code: ErrorCode.ENGINE_TRAPPED,
  });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(port2, [port2]);
  const control = connect<ShardControl>(port1);
  failed.catch((reason) => control.close(reason));
  const begun = control.begin(core, entropy, start);
  begun.catch(() => undefined);
  const stop = () => {
    control.close();
    worker.terminate();
  };
  return {
    add: async (pages) => {
      await begun;
      await control.add(pages);
    },
    finish: async (header) => {
      await begun;
      const channel = new MessageChannel();
      await control.finish(header, transfer(channel.port2, [channel.port2]));
      const shard = connectShard(channel.port1);
      failed.catch((reason) => {
        shard.disconnect(reason as Error);
        onFailed(reason);
      });
      return {
        ...shard,
        close: () => {
          shard.disconnect();
          stop();
          return Promise.resolve();
        },
      };
    },
    stop,
  };
}
