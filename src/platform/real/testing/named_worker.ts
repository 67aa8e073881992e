import { nameThread } from "../thread.ts";

nameThread();
postMessage(Deno.readTextFileSync("/proc/thread-self/comm").trim());
