import assert from "node:assert/strict";
import {
  parseMachine,
  parsePeak,
  parseResident,
  parseStat,
} from "./proc_stat.ts";

const SAMPLE =
  "7269 (V8 DefaultWorke) S 7266 7266 20836 0 -1 4194304 158 0 3 0 1138 62 5 9 20 0 17 0 562026 3133440 416 18446744073709551615\n";

Deno.test("a thread's CPU time is its user and kernel time, not its children's", () => {
  assert.deepEqual(parseStat(SAMPLE), {
    id: 7269,
    name: "V8 DefaultWorke",
    cpuUs: (1138 + 62) * 10_000,
    kernelUs: 62 * 10_000,
  });
});

Deno.test("a name with brackets and spaces shifts nothing", () => {
  const odd = SAMPLE.replace("V8 DefaultWorke", "a) R 1 (b");
  assert.deepEqual(parseStat(odd), { ...parseStat(SAMPLE), name: "a) R 1 (b" });
});

Deno.test("what is not a stat file is refused", () => {
  assert.throws(() => parseStat(""), SyntaxError);
  assert.throws(() => parseStat("1 (x) S 2"), SyntaxError);
});

Deno.test("resident memory is read from a status file", () => {
  assert.equal(
    parseResident("Name:\tdeno\nVmHWM:\t 9 kB\nVmRSS:\t  1234 kB\n"),
    1_263_616,
  );
  assert.equal(parseResident("Name:\tkthreadd\n"), 0);
});

Deno.test("the most that was resident is read apart", () => {
  assert.equal(parsePeak("VmHWM:\t 9 kB\nVmRSS:\t  1234 kB\n"), 9_216);
});

Deno.test("a machine is busy with everything but waiting", () => {
  const stat = "cpu  100 20 30 5000 600 7 8 0 0 0\ncpu0 1 1 1 1 1 1 1 0 0 0\n";
  assert.deepEqual(parseMachine(stat), { busyUs: 165 * 10_000 });
  assert.throws(() => parseMachine("intr 1"), SyntaxError);
});
