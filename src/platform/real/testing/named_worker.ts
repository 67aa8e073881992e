import { nameThread } from "../thread.ts";

declare const self: { postMessage(message: string): void };

nameThread();
self.postMessage(Deno.readTextFileSync("/proc/thread-self/comm").trim());
