import { LIMITS } from "./limits.ts";

/** 0: votes and what is as small and urgent; 1: announcements; 2: bulk. */
export type Class = 0 | 1 | 2;

export const CLASSES: readonly Class[] = [0, 1, 2];

/** What they are called where people look at them. */
export const CLASS_NAMES: Readonly<Record<Class, string>> = {
  0: "urgent",
  1: "announcement",
  2: "bulk",
};

const URGENT = new Set(["vote", "proposal", "certificate"]);
const BULK = new Set(["batch", "forward"]);
/** Topics with large answers, or questions: they wait for what is smaller. */
const LARGE: ReadonlyMap<string, number> = new Map([
  ...[["batch", 2], ["forward", 2]] as const,
  ...[["outline", 1], ["chunk", 1], ["block", 1]] as const,
  ["snapshot", 0],
]);
const NAME = /^[a-z][a-z0-9_-]*$/;

/** The class of a channel. Those that are not known are announcements. */
export function classOf(channel: string): Class {
  if (URGENT.has(channel)) return 0;
  return BULK.has(channel) ? 2 : 1;
}

/** They change nothing, so that it does not matter who repeats them. */
const REPLAY_SAFE = new Set([
  ...["ping", "status", "block", "batch", "outline", "chunk"],
]);

/** Whether a question may be put before the handshake is confirmed, where anybody could repeat its packets. */
export function isReplaySafe(topic: string): boolean {
  return REPLAY_SAFE.has(topic);
}

/** Whether it may be the name of a channel or a topic. */
export function isName(name: string): boolean {
  return name.length <= LIMITS.nameBytesMax && NAME.test(name);
}

/** Of a stream with messages of a class: higher ones are sent first. Proposals share the stream of votes. */
export function orderOf(of: Class): number {
  return 4 - of;
}

/** The same of a question and its answer. Those that are not known are small. */
export function orderOfTopic(topic: string): number {
  return LARGE.get(topic) ?? orderOf(1);
}

/** Whether a question, or the answer to it, is large. */
export function isLarge(topic: string): boolean {
  return LARGE.has(topic);
}
