/** Dials a node with js-libp2p as it is, under Node; identifies and pings it: `node client.js MULTIADDR`. Prints one JSON object. */
import { argv } from "node:process";
import { quic } from "@chainsafe/libp2p-quic";
import { identify } from "@libp2p/identify";
import { ping } from "@libp2p/ping";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";

// The one thing that libp2p lacks in Node 20.
Promise.withResolvers ??= function () {
  const made = {};
  made.promise = new this((resolve, reject) =>
    Object.assign(made, { resolve, reject })
  );
  return made;
};

const node = await createLibp2p({
  transports: [quic()],
  services: { identify: identify(), ping: ping() },
});
const identified = new Promise((resolve) =>
  node.addEventListener("peer:identify", ({ detail }) => resolve(detail))
);
const connection = await node.dial(multiaddr(argv[2]));
const pingMs = await node.services.ping.ping(connection.remotePeer);
const { protocols } = await identified;
const peer = connection.remotePeer.toString();
console.log(JSON.stringify({ peer, protocols, pingMs }));
await node.stop();
