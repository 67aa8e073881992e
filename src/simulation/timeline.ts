/** Moments kept; later ones of a long run are left out. */
const MOMENTS_MAX = 20_000;

/** Something that happened to a node, or to the network. */
export interface Mark {
  atMs: number;
  /** Undefined: to the network. */
  node: number | undefined;
  what: string;
}

export interface Reached {
  atMs: number;
  node: number;
  height: number;
}

/** When nodes reached their heights, and what happened to them meanwhile. */
export class Timeline {
  readonly marks: Mark[] = [];
  readonly reached: Reached[] = [];

  mark(mark: Mark): void {
    if (this.marks.length < MOMENTS_MAX) this.marks.push(mark);
  }

  reach(reached: Reached): void {
    if (this.reached.length < MOMENTS_MAX) this.reached.push(reached);
  }
}
