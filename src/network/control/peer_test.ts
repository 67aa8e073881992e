import assert from "node:assert/strict";
import { type Duplex, frame, namedFrame } from "../frames.ts";
import { LIMITS } from "../limits.ts";
import { until } from "../testing/open.ts";
import { ControlPeer } from "./peer.ts";

/** A stream into which everything goes, and the acknowledgements that come out of it. */
function sink() {
  const written: Uint8Array[] = [];
  const credits: Uint8Array[] = [];
  let wake = () => {};
  async function* chunks() {
    while (true) {
      const next = credits.shift();
      if (next) yield next;
      else await new Promise<void>((resolve) => wake = resolve);
    }
  }
  const stream: Duplex = {
    chunks: chunks(),
    write: (bytes) => Promise.resolve(void written.push(bytes)),
    end: () => Promise.resolve(),
    abort: () => {},
  };
  const credit = (bytes: number) => {
    const content = new Uint8Array(4);
    new DataView(content.buffer).setUint32(0, bytes, true);
    credits.push(frame(content));
    wake();
  };
  return { stream, written, credit };
}

/** A peer all of whose messages go over one stream. */
function peerOn(stream: Duplex): ControlPeer {
  return new ControlPeer("p", {
    address: "",
    direction: "out",
    open: () => Promise.resolve(stream),
    state: () => ({ streams: { message: 1 } }),
  }, "/message");
}

Deno.test("messages wait in the queue while the other side does not acknowledge, and votes overtake them", async () => {
  const { stream, written, credit } = sink();
  const peer = peerOn(stream);
  const bulk = namedFrame("batch", new Uint8Array(1 << 20));
  for (let count = 0; count < 20; count++) peer.send(2, bulk);
  const window = Math.ceil(LIMITS.creditBytes / bulk.length);
  await until("window", () => written.length >= window);
  const vote = namedFrame("vote", new Uint8Array(1));
  peer.send(0, vote);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(written.length <= window + 1, `${written.length}`);
  const before = written.length;
  credit(before * bulk.length);
  await until("more", () => written.length > before + 1);
  assert.deepEqual(written[before], vote);
  peer.close();
});

Deno.test("who acknowledges more than was sent is sent no more than others", async () => {
  const { stream, written, credit } = sink();
  const peer = peerOn(stream);
  const bulk = namedFrame("batch", new Uint8Array(1 << 20));
  peer.send(2, bulk);
  await until("first", () => written.length === 1);
  credit(0xffffffff);
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (let count = 0; count < 20; count++) peer.send(2, bulk);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const window = Math.ceil(LIMITS.creditBytes / bulk.length);
  assert.ok(written.length <= window + 2, `${written.length}`);
  peer.close();
});

Deno.test("a stream that breaks is replaced for the next message", async () => {
  const { stream, written } = sink();
  let opened = 0;
  const peer = new ControlPeer("p", {
    address: "",
    direction: "out",
    open() {
      opened++;
      return opened === 1
        ? Promise.reject(new Error("broken"))
        : Promise.resolve(stream);
    },
    state: () => ({ streams: {} }),
  }, "/message");
  peer.send(0, new Uint8Array(1));
  await until("failure", () => opened === 1);
  await new Promise((resolve) => setTimeout(resolve, 0));
  peer.send(0, new Uint8Array(2));
  await until("success", () => written.length === 1);
  assert.equal(opened, 2);
  peer.close();
});
