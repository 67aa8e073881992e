/** The thread of one shard. */
import { createCore } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import { nameThread, serve } from "../platform/mod.ts";
import { newInlineShard, type NewShard } from "./new_shard.ts";
import type { ShardControl } from "./shard_control.ts";
import { serveShard } from "./shard_port.ts";

let shard: NewShard | undefined;

const control: ShardControl = {
  begin: (module, entropy, start) => {
    shard = newInlineShard(createCore(module, entropy), start);
    return Promise.resolve();
  },
  add: async (pages) => await begun().add(pages),
  finish: async (header, port) => {
    serveShard(port, await begun().finish(header));
  },
};

function begun(): NewShard {
  if (!shard) throw fault(ErrorCode.SHUTTING_DOWN, "the shard is not begun");
  return shard;
}

nameThread();
addEventListener("message", (event) => {
  serve((event as MessageEvent<MessagePort>).data, control);
}, { once: true });
