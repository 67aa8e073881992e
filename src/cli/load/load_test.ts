import assert from "node:assert/strict";
import { rustorium } from "../testing.ts";

Deno.test("a load of two seconds gives every figure, accounts for all and leaves nothing behind", async () => {
  const temporary = await Deno.makeTempDir();
  const { code, json, stderr } = await rustorium(
    ["load", "--seconds", "2", "--accounts", "50", "--json"],
    { env: { TMPDIR: temporary } },
  );
  assert.equal(code, 0, stderr);
  const figures = json();
  assert.deepEqual(Object.keys(figures), [
    "tps",
    "committed",
    "tx_bytes",
    "latency_ms",
    "block_interval_ms",
    "block_interval_max_ms",
    "cpu_us_per_tx",
    "reference",
    "disk_bytes_per_tx",
    "rss_mb",
    "rss_peak_mb",
    "rss_mb_per_minute",
    "generator",
    "workload",
    "machine",
  ]);
  assert.ok(figures.committed > 100 && figures.tps > 50);
  assert.ok(figures.tx_bytes >= 153 && figures.tx_bytes < 158);
  const { p50, p95, p99 } = figures.latency_ms;
  assert.ok(p50 > 0 && p50 <= p95 && p95 <= p99);
  const { total, per_validator, busiest_thread, kernel, by_thread } =
    figures.cpu_us_per_tx;
  assert.equal(total, per_validator);
  assert.ok(busiest_thread > 0 && busiest_thread < total);
  const parts: number[] = Object.values(by_thread);
  const sum = parts.reduce((a, b) => a + b);
  assert.ok(Math.abs(sum - per_validator) < 0.1, `${sum} ${per_validator}`);
  for (const name of ["executor", "store", "gateway", "main"]) {
    assert.ok(name in by_thread, name);
  }
  assert.ok(kernel > 0 && kernel < per_validator);
  const { node_crypto_verify_us, ratio, ...slices } = figures.reference;
  const { before_us, during_us, after_us, least_us, most_us } = slices;
  assert.ok([before_us, during_us, after_us].includes(node_crypto_verify_us));
  assert.ok(0 < least_us && least_us <= most_us);
  assert.ok(
    Math.abs(ratio - per_validator / node_crypto_verify_us) <
      0.01 * ratio + 0.01,
  );
  assert.ok(figures.disk_bytes_per_tx > 150 && figures.rss_mb > 50);
  assert.match(stderr, /50 accounts and the sum of all fees are right/);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(temporary)), []);
  await Deno.remove(temporary);
});
