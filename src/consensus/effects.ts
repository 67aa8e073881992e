/** What the engine asks for: the records of `core-wasm/src/consensus/effects.rs`. */
import { Reader } from "../bytes/mod.ts";

/** Which timer: small numbers of the engine's own. */
export interface TimerKey {
  kind: number;
  round: number;
}

export type Effect =
  | { type: "cancelTimeouts" }
  | ({ type: "cancelTimeout" } & TimerKey)
  | ({ type: "scheduleTimeout"; ms: number } & TimerKey)
  | { type: "startRound"; height: bigint; round: number; proposer: Uint8Array }
  | { type: "signVote"; vote: Uint8Array }
  | { type: "signProposal"; proposal: Uint8Array }
  | { type: "publishVote"; vote: Uint8Array }
  | { type: "publishProposal"; proposal: Uint8Array }
  | { type: "publishCertificate"; certificate: Uint8Array }
  | { type: "getValue"; height: bigint; round: number }
  | { type: "restream"; height: bigint; round: number; blockId: Uint8Array }
  | { type: "syncValue"; height: bigint; round: number; block: Uint8Array }
  | { type: "syncRejected"; height: bigint; why: string }
  | { type: "decide"; certificate: Uint8Array }
  | { type: "finalize"; certificate: Uint8Array; evidence: Uint8Array[] }
  | { type: "log"; height: bigint; entry: Uint8Array }
  | { type: "fault"; why: string };

const decoder = new TextDecoder();

const PARSERS: Record<number, (payload: Reader) => Effect> = {
  1: () => ({ type: "cancelTimeouts" }),
  2: (payload) => ({ type: "cancelTimeout", ...timerKey(payload) }),
  3: (payload) => ({
    type: "scheduleTimeout",
    ...timerKey(payload),
    ms: payload.u32(),
  }),
  4: (payload) => ({
    type: "startRound",
    height: payload.u64(),
    round: payload.u32(),
    proposer: (payload.u8(), payload.bytes(32)),
  }),
  5: (payload) => ({ type: "signVote", vote: payload.rest() }),
  6: (payload) => ({ type: "signProposal", proposal: payload.rest() }),
  7: (payload) => ({ type: "publishVote", vote: payload.rest() }),
  8: (payload) => ({ type: "publishProposal", proposal: payload.rest() }),
  9: (payload) => ({ type: "publishCertificate", certificate: payload.rest() }),
  10: (payload) => ({
    type: "getValue",
    height: payload.u64(),
    round: payload.u32(),
  }),
  11: (payload) => ({
    type: "restream",
    height: payload.u64(),
    round: payload.u32(),
    // Between them: the valid round and the proposer, which the proposal carries.
    blockId: (payload.bytes(36), payload.bytes(32)),
  }),
  12: (payload) => ({
    type: "syncValue",
    height: payload.u64(),
    round: payload.u32(),
    block: (payload.bytes(32), payload.rest()),
  }),
  13: (payload) => ({
    type: "syncRejected",
    height: payload.u64(),
    why: decoder.decode(payload.rest()),
  }),
  14: (payload) => ({ type: "decide", certificate: payload.rest() }),
  15: (payload) => {
    const [certificate = new Uint8Array(), ...evidence] = items(payload);
    return { type: "finalize", certificate, evidence };
  },
  16: (payload) => ({
    type: "log",
    height: payload.u64(),
    entry: payload.rest(),
  }),
  17: (payload) => ({ type: "fault", why: decoder.decode(payload.rest()) }),
};

/** The records of one call, in order. */
export function decodeEffects(bytes: Uint8Array): Effect[] {
  const reader = new Reader(bytes);
  const effects: Effect[] = [];
  while (reader.left > 0) {
    const tag = reader.u8();
    const payload = new Reader(reader.bytes(reader.u32()));
    const parse = PARSERS[tag];
    if (!parse) throw new RangeError(`the engine has no effect ${tag}`);
    effects.push(parse(payload));
  }
  return effects;
}

function timerKey(payload: Reader): TimerKey {
  return { kind: payload.u8(), round: payload.u32() };
}

function items(payload: Reader): Uint8Array[] {
  const items: Uint8Array[] = [];
  while (payload.left > 0) items.push(payload.bytes(payload.u32()));
  return items;
}
