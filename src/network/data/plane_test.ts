import assert from "node:assert/strict";
import { ErrorCode } from "../../errors/mod.ts";
import { systemClock, systemRandom } from "../../platform/mod.ts";
import { namedFrame } from "../frames.ts";
import { LIMITS } from "../limits.ts";
import { readRecord } from "../record.ts";
import { until } from "../testing/open.ts";
import {
  ended,
  genesisHash,
  listen,
  plane,
  recordOf,
  stranger,
} from "../testing/planes.ts";
import { SERVER_NAME } from "./certificate.ts";
import { markFrame } from "./mark.ts";
import { bytesOf } from "./types.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("a frame that is too long ends the connection before it is read", async () => {
  const { plane: victim, record } = await plane(1);
  const hostile = await stranger(2);
  const deeds: string[] = [];
  victim.onDeed((_, deed) => deeds.push(deed));
  try {
    const link = await hostile.dial(record, listen.host);
    const end = ended(link);
    const head = new Uint8Array(4).fill(0xff);
    link.put(0, head, 0);
    await end;
    assert.deepEqual(deeds, ["invalid"]);
    assert.deepEqual((await victim.totals()).drops, { malformed: 1 });
    await until(
      "loss",
      async () => (await victim.peers())[0]?.state === "down",
    );
  } finally {
    hostile.close();
    await victim.stop();
  }
});

Deno.test("frames without a proper name, two sessions, and half frames, end the connection", async () => {
  const { plane: victim, record } = await plane(1);
  const hostile = await stranger(2);
  const deeds: string[] = [];
  victim.onDeed((_, deed) => deeds.push(deed));
  try {
    for (const body of ["UPPER", "", "a".repeat(40), "é"]) {
      const link = await hostile.dial(record, listen.host);
      const end = ended(link);
      link.put(0, namedFrame(body, new Uint8Array(3)), 0);
      await end;
    }
    const other = await hostile.dial(record, listen.host);
    const end = ended(other);
    for (const session of ["00", "01"]) {
      const mark = { of: 0, session: session.repeat(8), number: 0 } as const;
      other.put(0, markFrame(mark), 0);
    }
    await end;
    const link = await hostile.dial(record, listen.host);
    const stream = await link.openRequest(0);
    await stream.write(Uint8Array.of(9, 0, 0, 0, 1));
    await stream.end();
    const answers = [];
    for await (const chunk of stream.chunks) answers.push(chunk);
    assert.deepEqual(answers, []);
    // Who ends within a frame may have crashed.
    assert.deepEqual(deeds, new Array(5).fill("invalid"));
  } finally {
    hostile.close();
    await victim.stop();
  }
});

Deno.test("a node of another chain, and one with another's record, is refused", async () => {
  const { plane: victim, record } = await plane(1);
  const foreign = await stranger(2, { chain: new Uint8Array(32).fill(9) });
  const stolen = await recordOf(4, 9, new Uint8Array(32));
  const thief = await stranger(3, { record: stolen });
  try {
    await assert.rejects(foreign.dial(record, listen.host), {
      code: ErrorCode.PEER_OTHER_CHAIN,
    });
    await assert.rejects(thief.dial(record, listen.host), {
      code: ErrorCode.PEER_REFUSED,
    });
    assert.deepEqual(await victim.peers(), []);
  } finally {
    foreign.close();
    thief.close();
    await victim.stop();
  }
});

Deno.test("who is barred while it is being admitted is let in no more", async () => {
  let onNow = () => {};
  const clock = systemClock();
  const now = () => {
    onNow();
    return clock.now();
  };
  const { plane: victim, record } = await plane(1, {
    clock: { ...clock, now },
  });
  const hostile = await stranger(2);
  const { id } = readRecord(hostile.record(), genesisHash, Date.now());
  // What it says is read just then; it is barred before it has its answer.
  onNow = () => queueMicrotask(() => victim.bar([id]));
  try {
    await hostile.dial(record, listen.host).catch(() => undefined);
    await pause(100);
    assert.deepEqual(await victim.peers(), []);
  } finally {
    hostile.close();
    await victim.stop();
  }
});

Deno.test("a server with another certificate than the record's is not spoken to", async () => {
  const { plane: victim, record } = await plane(1);
  const client = await stranger(2);
  try {
    const wrong = { ...record, certificateHash: new Uint8Array(32) };
    await assert.rejects(client.dial(wrong, listen.host), /certificate/);
  } finally {
    client.close();
    await victim.stop();
  }
});

Deno.test("connections that say nothing and garbage datagrams keep nobody out", async () => {
  const { plane: victim, record } = await plane(1);
  const { plane: friend, record: friendly } = await plane(3);
  const endpoint = new Deno.QuicEndpoint({ hostname: "127.0.0.1", port: 0 });
  const socket = Deno.listenDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 0,
  });
  const to = {
    transport: "udp" as const,
    hostname: "127.0.0.1",
    port: record.dataPort,
  };
  try {
    const silent = {
      ...{ endpoint, hostname: "127.0.0.1", port: record.dataPort },
      ...{ serverName: SERVER_NAME, alpnProtocols: ["rustorium/2"] },
      serverCertificateHashes: [
        { algorithm: "sha-256", value: record.certificateHash },
      ],
    };
    for (let count = 0; count < 40; count++) await Deno.connectQuic(silent);
    for (let count = 0; count < 200; count++) {
      const garbage = systemRandom().bytes(1 + count * 7 % 1_300);
      await socket.send(garbage, to);
      // As an initial packet of QUIC begins.
      garbage[0] = 0xc0 | garbage[0]!;
      await socket.send(garbage, to);
    }
    await friend.know(record.signed);
    await victim.know(friendly.signed);
    await until(
      "connection",
      async () => (await friend.peers())[0]?.state === "up",
    );
  } finally {
    socket.close();
    endpoint.close();
    await friend.stop();
    await victim.stop();
  }
});

Deno.test("a vote overtakes what waits in bulk before it", async () => {
  const one = await plane(1);
  const other = await plane(2);
  await one.plane.know(other.record.signed);
  await other.plane.know(one.record.signed);
  try {
    await until(
      "connection",
      async () => (await one.plane.peers())[0]?.state === "up",
    );
    const to = [other.record.id];
    const bulk = namedFrame("batch", new Uint8Array(1 << 20));
    const vote = namedFrame("vote", new Uint8Array(200));
    const order: string[] = [];
    other.plane.onIncoming((items) => {
      for (const item of items) {
        if (item.kind === "message") order.push(item.channel);
        other.plane.took(bytesOf(item));
      }
    });
    for (let count = 0; count < 16; count++) {
      one.plane.send({ to, of: 2, frame: bulk });
    }
    one.plane.send({ to, of: 0, frame: vote });
    await until("all", () => order.length === 17);
    assert.ok(order.indexOf("vote") < 12, order.join());
  } finally {
    await one.plane.stop();
    await other.plane.stop();
  }
});

Deno.test("where both sides have dialled, the connection of the lesser id stays", async () => {
  const idOf = async (number: number) =>
    readRecord(
      await recordOf(number, 9, new Uint8Array(32)),
      genesisHash,
      Date.now(),
    ).id;
  const isLess = await idOf(1) < await idOf(2);
  const { plane: later, record } = await plane(isLess ? 2 : 1);
  const first = await stranger(isLess ? 1 : 2, {
    onLink: (link) => void ended(link),
  });
  const directions = async () =>
    (await later.peers())[0]?.paths.map(({ direction }) => direction);
  try {
    await later.know(first.record());
    await until("own", async () => (await directions())?.join() === "out");
    ended(await first.dial(record, listen.host));
    await until("other", async () => (await directions())?.join() === "in");
    await pause(300);
    assert.deepEqual(await directions(), ["in"]);
  } finally {
    first.close();
    await later.stop();
  }
});

Deno.test("what a peer sends beyond the bound waits with the peer, not here", async () => {
  const { plane: victim, record } = await plane(1);
  const hostile = await stranger(2);
  try {
    const link = await hostile.dial(record, listen.host);
    ended(link);
    const frame = namedFrame("vote", new Uint8Array(1 << 20));
    let sent = 0;
    let isOver = false;
    const flood = (async () => {
      for (; sent < 200 && !isOver; sent++) {
        link.put(0, frame, sent);
        while (!link.hasRoom(0) && !isOver) await pause(5);
      }
    })();
    await pause(500);
    const [peer] = await victim.peers();
    const bound = LIMITS.windowBytesMin[0] + 2 * frame.length;
    assert.ok(
      peer!.receivedBytes < bound + (2 << 20),
      `${peer!.receivedBytes}`,
    );
    assert.ok(sent < 100, `${sent} MiB left the sender`);
    isOver = true;
    link.close(0, "enough");
    await flood;
  } finally {
    hostile.close();
    await victim.stop();
  }
});
