//! A node on rust-libp2p, for the tests of what others can do with Rustorium's.
//!
//!     rustorium-interop guest MULTIADDR
//!         dials a node, identifies and pings it; prints one JSON object
//!     rustorium-interop peer CHAIN_ID GENESIS_HASH [MULTIADDR]
//!         listens, dials, says hello and takes part in the gossip; prints a JSON
//!         object for everything that happens, publishes `CHANNEL TEXT` of each
//!         line that it reads, and ends with its input

mod hello;

use std::error::Error;
use std::time::Duration;

use hello::{own_hello, HelloCodec, PeerHello};
use libp2p::futures::StreamExt;
use libp2p::multiaddr::Protocol;
use libp2p::request_response::{self, ProtocolSupport};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{gossipsub, identify, identity, ping};
use libp2p::{Multiaddr, StreamProtocol, Swarm, SwarmBuilder};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufReadExt, BufReader};

/// The one protocol version that identify names; nobody checks it.
const VERSION: &str = "rustorium-interop/1";
const PING_EVERY: Duration = Duration::from_millis(500);
const GUEST_MAX: Duration = Duration::from_secs(20);
const MESSAGE_ID_BYTES: usize = 20;

type Failure = Box<dyn Error>;

#[derive(NetworkBehaviour)]
struct Node {
    identify: identify::Behaviour,
    ping: ping::Behaviour,
    gossip: gossipsub::Behaviour,
    hello: request_response::Behaviour<HelloCodec>,
}

/// A node that speaks the protocols of one chain.
fn node(key: &identity::Keypair, chain: &str) -> Result<Node, Box<dyn Error + Send + Sync>> {
    let identity = identify::Config::new(VERSION.into(), key.public());
    // Content is the id, and nobody signs: what matters is signed by validators.
    let gossip = gossipsub::ConfigBuilder::default()
        .validation_mode(gossipsub::ValidationMode::Anonymous)
        .message_id_fn(|message: &gossipsub::Message| {
            gossipsub::MessageId::new(&Sha256::digest(&message.data)[..MESSAGE_ID_BYTES])
        })
        .build()?;
    let record = StreamProtocol::try_from_owned(format!("/rustorium/{chain}/record/1"))?;
    Ok(Node {
        identify: identify::Behaviour::new(identity),
        ping: ping::Behaviour::new(ping::Config::new().with_interval(PING_EVERY)),
        gossip: gossipsub::Behaviour::new(gossipsub::MessageAuthenticity::Anonymous, gossip)?,
        hello: request_response::Behaviour::new(
            [(record, ProtocolSupport::Full)],
            request_response::Config::default(),
        ),
    })
}

fn swarm(key: identity::Keypair, chain: &str) -> Result<Swarm<Node>, Failure> {
    Ok(SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_quic()
        .with_behaviour(|key| node(key, chain))?
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(60)))
        .build())
}

fn tell(event: &str, what: Value) {
    println!("{}", json!({ "event": event, "what": what }));
}

/// Dials, identifies and pings.
async fn guest(address: Multiaddr) -> Result<Value, Failure> {
    let mut swarm = swarm(identity::Keypair::generate_ed25519(), "none")?;
    swarm.dial(address)?;
    let mut peer = None;
    let mut round_trip = None;
    loop {
        match swarm.select_next_some().await {
            SwarmEvent::OutgoingConnectionError { error, .. } => return Err(error.into()),
            SwarmEvent::Behaviour(NodeEvent::Identify(identify::Event::Received {
                peer_id,
                info,
                ..
            })) => peer = Some((peer_id, protocols(&info))),
            SwarmEvent::Behaviour(NodeEvent::Ping(event)) => round_trip = Some(event.result?),
            _ => {}
        }
        if let (Some((id, protocols)), Some(round_trip)) = (&peer, round_trip) {
            return Ok(json!({
                "peer": id.to_string(),
                "protocols": protocols,
                "pingMs": round_trip.as_secs_f64() * 1000.0,
            }));
        }
    }
}

fn protocols(info: &identify::Info) -> Vec<String> {
    info.protocols.iter().map(ToString::to_string).collect()
}

/// What a peer of a chain has besides its swarm.
struct Peer {
    key: identity::Keypair,
    genesis_hash: Vec<u8>,
    topic: gossipsub::IdentTopic,
    /// Where it listens, once it does.
    hello: Option<PeerHello>,
    dials: Option<Multiaddr>,
}

impl Peer {
    fn on(&mut self, event: SwarmEvent<NodeEvent>, swarm: &mut Swarm<Node>) -> Result<(), Failure> {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => self.listen(address, swarm)?,
            SwarmEvent::ConnectionEstablished {
                peer_id, endpoint, ..
            } => {
                tell(
                    "connected",
                    json!({ "peer": peer_id.to_string(), "dialled": endpoint.is_dialer() }),
                );
                if let (true, Some(hello)) = (endpoint.is_dialer(), &self.hello) {
                    swarm
                        .behaviour_mut()
                        .hello
                        .send_request(&peer_id, hello.clone());
                }
            }
            SwarmEvent::ConnectionClosed { peer_id, .. } => {
                tell("lost", json!({ "peer": peer_id.to_string() }));
            }
            SwarmEvent::OutgoingConnectionError { error, .. } => {
                tell("unreachable", json!({ "why": error.to_string() }));
            }
            SwarmEvent::Behaviour(event) => self.on_behaviour(event, swarm),
            _ => {}
        }
        Ok(())
    }

    fn listen(&mut self, address: Multiaddr, swarm: &mut Swarm<Node>) -> Result<(), Failure> {
        let port = address.iter().find_map(|part| match part {
            Protocol::Udp(port) => Some(port),
            _ => None,
        });
        let port = port.ok_or("an address without a port")?;
        let hello = own_hello(&self.key, &self.genesis_hash, &address.to_string(), port)?;
        self.hello = Some(hello);
        let full = format!("{address}/p2p/{}", swarm.local_peer_id());
        tell("listening", json!({ "address": full }));
        if let Some(address) = self.dials.take() {
            swarm.dial(address)?;
        }
        Ok(())
    }

    fn on_behaviour(&self, event: NodeEvent, swarm: &mut Swarm<Node>) {
        match event {
            NodeEvent::Identify(identify::Event::Received { peer_id, info, .. }) => tell(
                "identified",
                json!({ "peer": peer_id.to_string(), "protocols": protocols(&info) }),
            ),
            NodeEvent::Ping(ping::Event {
                peer,
                result: Ok(round_trip),
                ..
            }) => tell(
                "pinged",
                json!({ "peer": peer.to_string(), "pingMs": round_trip.as_secs_f64() * 1000.0 }),
            ),
            NodeEvent::Gossip(gossipsub::Event::Message {
                propagation_source,
                message,
                ..
            }) => {
                let (channel, text) = split_named(&message.data);
                tell(
                    "heard",
                    json!({ "peer": propagation_source.to_string(), "channel": channel, "text": text }),
                );
            }
            NodeEvent::Hello(request_response::Event::Message { peer, message, .. }) => {
                self.on_hello(peer.to_string(), message, swarm);
            }
            NodeEvent::Hello(request_response::Event::OutboundFailure { peer, error, .. }) => tell(
                "refused",
                json!({ "peer": peer.to_string(), "why": error.to_string() }),
            ),
            _ => {}
        }
    }

    /// A hello, or the answer to the own one.
    fn on_hello(
        &self,
        peer: String,
        message: request_response::Message<PeerHello, PeerHello>,
        swarm: &mut Swarm<Node>,
    ) {
        let heard = match message {
            request_response::Message::Response { response, .. } => response,
            request_response::Message::Request {
                request, channel, ..
            } => {
                let Some(own) = self.hello.clone() else {
                    return;
                };
                // Whoever does not wait for the answer is gone anyway.
                let _ = swarm.behaviour_mut().hello.send_response(channel, own);
                request
            }
        };
        if heard.refusal != 0 || heard.genesis_hash != self.genesis_hash {
            tell("refused", json!({ "peer": peer, "code": heard.refusal }));
        } else {
            tell(
                "greeted",
                json!({ "peer": peer, "known": heard.known.len() }),
            );
        }
    }

    fn publish(&self, line: &str, swarm: &mut Swarm<Node>) {
        let (channel, text) = line.split_once(' ').unwrap_or((line, ""));
        let length = u8::try_from(channel.len()).unwrap_or(u8::MAX);
        let data = [&[length], channel.as_bytes(), text.as_bytes()].concat();
        let gossip = &mut swarm.behaviour_mut().gossip;
        if let Err(error) = gossip.publish(self.topic.clone(), data) {
            tell(
                "unpublished",
                json!({ "text": text, "why": error.to_string() }),
            );
        }
    }
}

/// Channel and body of what is gossiped: `name's length (u8) | name | body`.
fn split_named(data: &[u8]) -> (String, String) {
    let start = 1 + usize::from(data.first().copied().unwrap_or(0));
    let text = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or(&[])).into_owned();
    (text(data.get(1..start)), text(data.get(start..)))
}

async fn peer(chain: &str, genesis_hash: Vec<u8>, dials: Option<Multiaddr>) -> Result<(), Failure> {
    let key = identity::Keypair::generate_ed25519();
    let mut swarm = swarm(key.clone(), chain)?;
    let topic = gossipsub::IdentTopic::new(format!("/rustorium/{chain}/gossip/1"));
    swarm.behaviour_mut().gossip.subscribe(&topic)?;
    swarm.listen_on("/ip4/127.0.0.1/udp/0/quic-v1".parse()?)?;
    let mut peer = Peer {
        key,
        genesis_hash,
        topic,
        hello: None,
        dials,
    };
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        tokio::select! {
            line = lines.next_line() => match line? {
                Some(line) => peer.publish(&line, &mut swarm),
                None => return Ok(()),
            },
            event = swarm.select_next_some() => peer.on(event, &mut swarm)?,
        }
    }
}

fn from_hex(text: &str) -> Result<Vec<u8>, Failure> {
    if !text.is_ascii() || text.len() & 1 != 0 {
        return Err("not hexadecimal".into());
    }
    (0..text.len())
        .step_by(2)
        .map(|at| Ok(u8::from_str_radix(&text[at..at + 2], 16)?))
        .collect()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["guest", address] => {
            let found = tokio::time::timeout(GUEST_MAX, guest(address.parse()?)).await??;
            println!("{found}");
            Ok(())
        }
        ["peer", chain, genesis] => peer(chain, from_hex(genesis)?, None).await,
        ["peer", chain, genesis, address] => {
            peer(chain, from_hex(genesis)?, Some(address.parse()?)).await
        }
        _ => Err("guest MULTIADDR, or peer CHAIN_ID GENESIS_HASH [MULTIADDR]".into()),
    }
}
