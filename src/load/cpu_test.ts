import assert from "node:assert/strict";
import process from "node:process";
import {
  cpuPerTransaction,
  type CpuReading,
  readCpu,
  readMachineUs,
  readPeak,
  readResident,
  threadUse,
} from "./cpu.ts";

const reading = (
  process: number,
  threads: [number, string, number][],
): CpuReading => ({
  process: { id: 1, name: "deno", cpuUs: process, kernelUs: process / 10 },
  threads: threads.map(([id, name, cpuUs]) => ({
    ...{ id, name, cpuUs, kernelUs: cpuUs / 10 },
  })),
});

const before = reading(100, [[1, "deno", 40], [2, "store", 50], [
  3,
  "gone",
  10,
]]);
const after = reading(1_000, [[1, "deno", 340], [2, "store", 250], [
  4,
  "new",
  300,
]]);

Deno.test("threads use what they gained, new ones all, and ended ones the rest of the process", () => {
  assert.deepEqual(threadUse(before, after), [
    { name: "main", cpuUs: 300, kernelUs: 30 },
    { name: "store", cpuUs: 200, kernelUs: 20 },
    { name: "new", cpuUs: 300, kernelUs: 30 },
    { name: "ended threads", cpuUs: 100, kernelUs: 10 },
  ]);
});

Deno.test("threads of the platform get names that mean something", () => {
  const later = reading(500, [
    [1, "deno", 140],
    [5, "V8 DefaultWorke", 100],
    [6, "sw-0", 100],
    [7, "tokio-runtime-w", 100],
  ]);
  const names = threadUse(before, later).map(({ name }) => name);
  assert.deepEqual(names, ["main", "V8", "sqlite", "tokio"]);
});

Deno.test("total sums over nodes, the parts over one validator, the busiest is one thread", () => {
  const node = [
    { name: "store", cpuUs: 300, kernelUs: 30 },
    { name: "v8", cpuUs: 100, kernelUs: 0 },
    { name: "v8", cpuUs: 150, kernelUs: 10 },
  ];
  const cpu = cpuPerTransaction([node, node], 10);
  assert.deepEqual(cpu, {
    total: 110,
    per_validator: 55,
    busiest_thread: 30,
    kernel: 4,
    by_thread: { store: 30, v8: 25 },
  });
});

Deno.test("nothing committed divides by nothing", () => {
  assert.equal(cpuPerTransaction([[]], 0).total, 0);
});

Deno.test("the whole machine worked at least as much as this process", () => {
  const [machine, own] = [readMachineUs(), readCpu(Deno.pid).process.cpuUs];
  assert.ok(machine >= own, `${machine} ${own}`);
});

Deno.test("the operating system tells of this process", () => {
  const first = readCpu(Deno.pid);
  const workedUs = () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };
  for (const before = workedUs(); workedUs() < before + 60_000;);
  const used = threadUse(first, readCpu(Deno.pid));
  assert.ok(used.reduce((sum, { cpuUs }) => sum + cpuUs, 0) >= 10_000);
  const resident = readResident(Deno.pid);
  assert.ok(resident > 10_000_000 && readPeak(Deno.pid) >= resident);
});

Deno.test("a process that has ended has no memory", async () => {
  const child = new Deno.Command("true").spawn();
  await child.status;
  assert.equal(readResident(child.pid), 0);
  assert.equal(readPeak(child.pid), 0);
});
