import assert from "node:assert/strict";
import { canonical, groupOf, hostIn, isLocalHost } from "./groups.ts";

Deno.test("groupOf() is the /16 of an IPv4 address and the /32 of an IPv6 one", () => {
  const groups: [string, string][] = [
    ["203.0.113.7", "203.0"],
    ["203.1.113.7", "203.1"],
    ["2001:db8::1", "2001:db8"],
    ["2001:0DB8:1:2:3:4:5:6", "2001:db8"],
    ["2001::1", "2001:0"],
    ["::1", "0:0"],
    ["fe80::1:2", "fe80:0"],
  ];
  for (const [host, group] of groups) assert.equal(groupOf(host), group, host);
});

Deno.test("hostIn() finds the host in each form in which addresses are written", () => {
  const hosts: [string, string][] = [
    ["/ip4/203.0.113.7/udp/26656/quic-v1/p2p/12D3KooWAbc", "203.0.113.7"],
    ["/ip6/2001:db8::1/udp/1/quic-v1", "2001:db8::1"],
    ["/ip6/::ffff:203.0.113.7/udp/1/quic-v1", "203.0.113.7"],
    ["203.0.113.7:4711", "203.0.113.7"],
    ["[2001:db8::1]:4711", "2001:db8::1"],
    ["2001:db8::1", "2001:db8::1"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
  ];
  for (const [address, host] of hosts) {
    assert.equal(hostIn(address), host, address);
  }
});

Deno.test("isLocalHost() knows this machine and private networks", () => {
  const local = ["127.3.2.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "::1"];
  for (const host of [...local, "fd00::1", "fe80::1", "169.254.1.1"]) {
    assert.ok(isLocalHost(host), host);
  }
  for (const host of ["203.0.113.7", "172.32.0.1", "2001:db8::1", "11.0.0.1"]) {
    assert.ok(!isLocalHost(host), host);
  }
});

Deno.test("canonical() gives one text for each host", () => {
  const hosts: [string, string][] = [
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["0:0::ffff:cb00:7107", "203.0.113.7"],
    ["2001:0DB8::0:1", "2001:db8:0:0:0:0:0:1"],
    ["::1", "0:0:0:0:0:0:0:1"],
    ["1::ffff:0:1", "1:0:0:0:0:ffff:0:1"],
  ];
  for (const [host, text] of hosts) assert.equal(canonical(host), text, host);
});
