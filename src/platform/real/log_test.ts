import assert from "node:assert/strict";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { systemClock } from "./clock.ts";
import { stderrLog } from "./log.ts";

const clock = { ...systemClock(), now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) };

function lines(format: "json" | "human", level: "debug" | "info" = "info") {
  const written: string[] = [];
  const log = stderrLog({
    clock,
    format,
    level,
    write: (text) => written.push(text),
  });
  return { log, written };
}

Deno.test("a JSON line carries time, level, event and fields of any type", () => {
  const { log, written } = lines("json");
  log.child({ node: "a" }).warn("Vote refused", {
    height: 7n,
    id: Uint8Array.of(1, 255),
    error: fault(ErrorCode.EXPIRED, { at: 3n }),
  });
  const line = JSON.parse(written[0]!);
  assert.equal(line.time, "2026-01-02T03:04:05.006Z");
  assert.deepEqual([line.level, line.event, line.node], [
    "warn",
    "Vote refused",
    "a",
  ]);
  assert.deepEqual([line.height, line.id], ["7", "01ff"]);
  assert.deepEqual([line.error.code, line.error.detail], [106, { at: "3" }]);
  assert.equal(written[0]!.indexOf("\n"), written[0]!.length - 1);
});

Deno.test("lines below the level are dropped", () => {
  const { log, written } = lines("json");
  log.debug("hidden");
  log.info("shown");
  assert.equal(written.length, 1);
});

Deno.test("a line for people has the event and its fields on one line", () => {
  const { log, written } = lines("human");
  log.info("Block decided", { height: 9n, ids: [1, 2] });
  assert.match(
    written[0]!,
    /03:04:05\.006 .*info.* Block decided +height=9 ids=\[1,2\]\n$/,
  );
});
