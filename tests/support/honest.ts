/** Honest ones in a process of their own, so that nothing but the node and the machine makes them wait. */
import assert from "node:assert/strict";
import { readLines } from "./lines.ts";

/** What comes of what they do is a `T`. */
export interface Honest<T> {
  /** Has them go on for so long. */
  goOn(ms: number): Promise<T>;
  stop(): Promise<void>;
}

/** Starts a program of this folder that takes orders. */
export async function startHonest<T>(
  name: string,
  ...args: string[]
): Promise<Honest<T>> {
  const program = new URL(name, import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  const [out, log] = [readLines(child.stdout), readLines(child.stderr)];
  const next = async () => {
    const line = await out.next();
    assert.ok(line !== undefined, log.tail());
    return line;
  };
  assert.equal(await next(), "ready");
  return {
    async goOn(ms) {
      await input.write(new TextEncoder().encode(`${ms}\n`));
      return JSON.parse(await next());
    },
    async stop() {
      await input.close().catch(() => undefined);
      await child.status;
    },
  };
}

/** What such a program does: each line that it reads, a number of milliseconds, makes it go on for so long; then it prints what came of it in JSON. Ends the process with its input. */
export async function takeOrders(
  goOn: (ms: number) => Promise<unknown>,
): Promise<never> {
  console.log("ready");
  const orders = readLines(Deno.stdin.readable);
  for (let line; (line = await orders.next()) !== undefined;) {
    console.log(JSON.stringify(await goOn(Number(line))));
  }
  // The addon of libp2p would keep it alive.
  Deno.exit();
}
