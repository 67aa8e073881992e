/**
 * Loaded before a node that is profiled: the process lingers at its end, so
 * that the threads that ended last can write their profiles.
 */
const LINGER_MS = 1_500;

addEventListener("unload", () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LINGER_MS);
});
