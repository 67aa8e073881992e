/** A shard across a port. What is large is moved, not copied. */
import { connect, serve, transfer } from "../platform/mod.ts";
import type { Shard } from "./shard.ts";

/** Answers on `port` for `shard`. */
export function serveShard(port: MessagePort, shard: Shard): void {
  const service: Shard = {
    ...shard,
    submit: async (envelopes) => moved(await shard.submit(envelopes)),
    assemble: async (limits) => moved(await shard.assemble(limits)),
    forward: async (limits) => moved(await shard.forward(limits)),
    run: async (places) => moved(await shard.run(places)),
    deliver: async (inbox) => moved(await shard.deliver(inbox)),
    endBlock: async (fees) => moved(await shard.endBlock(fees)),
    accounts: async (...from) => moved(await shard.accounts(...from)),
    checkpointPages: async (slot, bytes) =>
      moved(await shard.checkpointPages(slot, bytes)),
    exportSlot: async (slot) => moved(await shard.exportSlot(slot)),
  };
  serve(port, service);
}

/** The shard that is served at the other end of `port`. Envelopes, parts and inboxes given to it are lost to the caller. */
export function connectShard(
  port: MessagePort,
): Omit<Shard, "close"> & { disconnect(reason?: Error): void } {
  const remote = connect<Omit<Shard, "close">>(port);
  return {
    height: () => remote.height(),
    submit: (envelopes) => remote.submit(moved(envelopes)),
    pending: () => remote.pending(),
    waiting: (own) => remote.waiting(own),
    assemble: (limits) => remote.assemble(limits),
    forward: (limits) => remote.forward(limits),
    lull: () => remote.lull(),
    release: (payload) => remote.release(moved(payload)),
    name: (name) => remote.name(name),
    rename: (from, to, until) => remote.rename(from, to, until),
    checkBatch: (name, until, part) =>
      remote.checkBatch(name, until, moved(part)),
    learn: (name, until, part) => remote.learn(name, until, moved(part)),
    unknown: (names) => remote.unknown(names),
    beginBlock: (header, names) => remote.beginBlock(header, names),
    run: (places) => remote.run(moved(places)),
    deliver: (inbox) => remote.deliver(moved(inbox)),
    fees: () => remote.fees(),
    endBlock: (fees) => remote.endBlock(fees),
    signatureBackend: () => remote.signatureBackend(),
    slotRoots: () => remote.slotRoots(),
    account: (address) => remote.account(address),
    prove: (address) => remote.prove(address),
    accounts: (slot, after, count) => remote.accounts(slot, after, count),
    beginCheckpoint: () => remote.beginCheckpoint(),
    checkpointPages: (slot, bytes) => remote.checkpointPages(slot, bytes),
    endCheckpoint: (isDurable) => remote.endCheckpoint(isDurable),
    stateMemory: () => remote.stateMemory(),
    evict: (target) => remote.evict(target),
    missing: (addresses) => remote.missing(addresses),
    missingForSubmit: (envelopes) => remote.missingForSubmit(envelopes),
    missingForBlock: () => remote.missingForBlock(),
    missingForInbox: (inbox) => remote.missingForInbox(inbox),
    missingForCheckpoint: () => remote.missingForCheckpoint(),
    missingOfSlot: (slot) => remote.missingOfSlot(slot),
    loadPages: (pages) => remote.loadPages(pages),
    exportSlot: (slot) => remote.exportSlot(slot),
    importSlot: (slot) => remote.importSlot(moved(slot)),
    disconnect: (reason) => void remote.close(reason),
  };
}

/** A view of a larger buffer is copied: others may have views of it, too. */
function moved(bytes: Uint8Array): Uint8Array {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength &&
    bytes.buffer instanceof ArrayBuffer && bytes.byteLength > 0;
  return isWhole ? transfer(bytes, [bytes.buffer as ArrayBuffer]) : bytes;
}
