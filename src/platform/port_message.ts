/** What crosses a port. Both ends may call, pull and notify. */

/** One argument or result. Functions and async iterables stay where they are; an id crosses. */
export type Packed =
  | { kind: "value"; value: unknown }
  | { kind: "callback"; id: number }
  | { kind: "stream"; id: number };

/** The part of an error that survives the crossing. */
export interface PackedError {
  name: string;
  message: string;
  code?: unknown;
  codeName?: unknown;
  detail?: unknown;
}

/** They cross in lists: what one end has to say within a tick. */
export type PortMessage =
  | {
    type: "call";
    id: number;
    method: string;
    args: Packed[];
    /** Whether the answer may wait for others. */
    isPatient: boolean;
  }
  | { type: "tell"; method: string; args: Packed[] }
  | { type: "pull"; id: number; stream: number }
  | { type: "stop"; stream: number }
  | { type: "reply"; id: number; result: Packed }
  | { type: "item"; id: number; done: boolean; result: Packed }
  | { type: "fail"; id: number; error: PackedError }
  | { type: "notify"; callback: number; args: Packed[] }
  | { type: "bye" };
