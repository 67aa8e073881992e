/** What crosses a line of a virtual network. */
export interface Parcel {
  kind: "message" | "question" | "answer";
  /** The channel, or the topic of a question and its answer. */
  name: string;
  /** Of its content. */
  bytes: number;
}

/** Brings what one node sends to another one. */
export interface Carrier {
  /** Calls `deliver` once for each copy that arrives, when it does. */
  carry(from: string, to: string, parcel: Parcel, deliver: () => void): void;
}
