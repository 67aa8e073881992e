import assert from "node:assert/strict";
import { Committee, Machine } from "./machine.ts";

const FOUR = new Committee({ v1: 1, v2: 1, v3: 1, v4: 1 });

/** Timers and wishes for a block are named where they matter; words always are. */
const isWord = (one: string) => !/^(timer|build) /.test(one);

/**
 * One engine of four through a script: each line an input, and what it says to
 * it after `>`. `by v1,v3` is several messages. The turn is v2's in round 0,
 * then v3's, v4's, v1's. Gives the engine as it is then.
 */
export function play(
  own: string,
  script: string,
  machine = new Machine(FOUR, own),
): Machine {
  for (const line of script.split("\n").map((one) => one.trim())) {
    if (line === "") continue;
    const [input = "", expected = ""] = line.split(/\s*>\s*/);
    const said = each(input).flatMap((one) => machine.feed(one));
    const wanted = expected.split(", ").filter((one) => one !== "");
    assert.deepEqual(said.filter(isWord), wanted.filter(isWord), line);
    for (const one of wanted) assert.ok(said.includes(one), line);
  }
  return machine;
}

function each(input: string): string[] {
  const [, message, authors] = /^(.*) by (.*)$/.exec(input) ?? [];
  if (authors === undefined || input.startsWith("certificate")) return [input];
  return authors.split(",").map((author) => `${message} by ${author}`);
}
