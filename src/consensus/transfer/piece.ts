/** What an answer holds. `absent`: the peer has nothing of use; `wrong`: what no honest peer answers. */
export type Reading<T> = { value: T } | "absent" | "wrong";

/** Something that one answer of a peer holds. */
export interface Piece<T> {
  topic: string;
  body: Uint8Array;
  /** About how many bytes the answer has. */
  bytes: number;
  /** Peers that may have it. Read again whenever one is about to be asked. */
  peers(): readonly string[];
  /** The one of them to be asked first. */
  first?: string | undefined;
  /** Checks it as soon as it is there. */
  read(answer: Uint8Array, peer: string): Reading<T> | Promise<Reading<T>>;
  /** A peer gave something else, or nothing, and is not asked for this again. */
  onWithout?(peer: string): void;
}
