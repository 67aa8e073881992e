import type { Parcel } from "../../platform/mod.ts";
import type { Carried } from "./lines.ts";
import type { Urgency } from "./pipe.ts";

/** What travels between validators, by what it is for. */
export const KINDS = [
  "votes",
  "certificates",
  "proposals",
  "batches",
  "announcements",
  "forwarded",
  "blocks",
  "other",
] as const;

export type Kind = typeof KINDS[number];

/** A number for each kind. */
export type ByKind = Record<Kind, number>;

/** By channel or topic: what it is, and how urgent the node holds it to be. */
const NAMES: Readonly<Record<string, [Kind, Urgency]>> = {
  vote: ["votes", 0],
  certificate: ["certificates", 0],
  proposal: ["proposals", 0],
  batch: ["batches", 2],
  held: ["announcements", 1],
  outline: ["batches", 2],
  chunk: ["batches", 2],
  forward: ["forwarded", 2],
  block: ["blocks", 2],
};

export function kindOf(name: string): Kind {
  return NAMES[name]?.[0] ?? "other";
}

/** Questions and answers are bulk, whatever they are about. */
export function urgencyOf({ kind, name }: Parcel): Urgency {
  return kind === "message" ? NAMES[name]?.[1] ?? 1 : 2;
}

/** Of one node. */
interface Counted {
  sentBytes: number;
  receivedBytes: number;
}

/** Counts what is carried: by kind, and by node. */
export class Traffic {
  readonly bytes = nothing();
  readonly messages = nothing();
  readonly #nodes = new Map<string, Counted>();

  add({ from, to, parcel, bytes }: Carried): void {
    const kind = kindOf(parcel.name);
    this.bytes[kind] += bytes;
    this.messages[kind]++;
    this.#node(from).sentBytes += bytes;
    this.#node(to).receivedBytes += bytes;
  }

  /** Of those that sent or got something. */
  get nodes(): Counted[] {
    return [...this.#nodes.values()];
  }

  #node(id: string): Counted {
    const node = this.#nodes.get(id) ?? { sentBytes: 0, receivedBytes: 0 };
    this.#nodes.set(id, node);
    return node;
  }
}

/** The sum over all kinds. */
export function total(counts: ByKind): number {
  return KINDS.reduce((sum, kind) => sum + counts[kind], 0);
}

/** The same with every number changed. */
export function each(counts: ByKind, change: (count: number) => number) {
  return Object.fromEntries(
    KINDS.map((kind) => [kind, change(counts[kind])]),
  ) as ByKind;
}

function nothing(): ByKind {
  return Object.fromEntries(KINDS.map((kind) => [kind, 0])) as ByKind;
}
