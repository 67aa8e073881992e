import assert from "node:assert/strict";
import {
  Scheduler,
  seededRandom,
  simClock,
  systemClock,
  systemResolver,
} from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";
import { resolveAddress } from "./names.ts";

const clock = simClock(new Scheduler(seededRandom(1)));
const END = "/udp/26656/quic-v1";
const resolver = {
  addresses: (host: string, family: number) =>
    host === "here"
      ? Promise.resolve(family === 6 ? ["::1"] : ["127.0.0.1", "127.0.0.2"])
      : Promise.reject(new Error("not found")),
  texts: (name: string) =>
    Promise.resolve(
      name === "_dnsaddr.here"
        ? [
          `dnsaddr=/ip4/127.0.0.1${END}/p2p/a`,
          `dnsaddr=/ip4/127.0.0.1${END}/p2p/b`,
          "dnsaddr=/ip4/127.0.0.1/tcp/80",
          "v=spf1",
        ]
        : [],
    ),
};

Deno.test("an address with a name becomes those behind it, any other stays", async () => {
  const resolve = (address: string) => resolveAddress(address, resolver, clock);
  assert.deepEqual(await resolve(`/ip4/1.2.3.4${END}`), [`/ip4/1.2.3.4${END}`]);
  assert.deepEqual(await resolve(`/dns4/here${END}/p2p/x`), [
    `/ip4/127.0.0.1${END}/p2p/x`,
    `/ip4/127.0.0.2${END}/p2p/x`,
  ]);
  assert.deepEqual(await resolve(`/dns6/here${END}`), [`/ip6/::1${END}`]);
  assert.deepEqual(await resolve("/dnsaddr/here"), [
    `/ip4/127.0.0.1${END}/p2p/a`,
    `/ip4/127.0.0.1${END}/p2p/b`,
  ]);
  assert.deepEqual(await resolve("/dnsaddr/here/p2p/b"), [
    `/ip4/127.0.0.1${END}/p2p/b`,
  ]);
});

Deno.test("a name that leads nowhere, or takes too long, is an error that names it", async () => {
  for (const address of [`/dns4/nowhere${END}`, "/dnsaddr/nowhere"]) {
    await assert.rejects(resolveAddress(address, resolver, clock), {
      codeName: "PEER_UNREACHABLE",
      message: /The name nowhere of a peer could not be resolved/,
    });
  }
  const scheduler = new Scheduler(seededRandom(1));
  const silent = {
    ...resolver,
    addresses: () => new Promise<string[]>(() => {}),
  };
  const late = assert.rejects(
    resolveAddress(`/dns4/here${END}`, silent, simClock(scheduler)),
    /no answer in 5000 ms/,
  );
  await scheduler.run(LIMITS.resolveMsMax);
  await late;
});

Deno.test("this machine's own name is resolved by the machine", async () => {
  const address = `/dns4/localhost${END}`;
  assert.deepEqual(
    await resolveAddress(address, systemResolver(), systemClock()),
    [`/ip4/127.0.0.1${END}`],
  );
});
