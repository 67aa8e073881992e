import assert from "node:assert/strict";

Deno.test({
  name: "a worker's thread has the worker's name",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const url = new URL("./testing/named_worker.ts", import.meta.url);
    const worker = new Worker(url, {
      type: "module",
      name: "thread under test",
    });
    const told = await new Promise((resolve) =>
      worker.addEventListener("message", (event) => {
        resolve((event as MessageEvent<string>).data);
      })
    );
    worker.terminate();
    // The system keeps 15 bytes.
    assert.equal(told, "thread under te");
  },
});
