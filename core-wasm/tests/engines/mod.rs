//! A network of engines: virtual time, ordered events, hosts that sign, log
//! and send as the real one does.

mod events;
mod node;

use events::{Event, Queue};
use node::{Node, NETWORK_MS};
use prost::Message;
use rustorium_core::certificate;
use rustorium_core::consensus::effects::Tag;
use rustorium_core::consensus::engine::BlockPlace;
use rustorium_core::ed25519::public_key_of;
use rustorium_core::hash::Hash;
use rustorium_core::proto::{evidence, CommitCertificate, Evidence, Validator, ValidatorSet, Vote};
use rustorium_core::validators::Validators;
use std::collections::{BTreeMap, BTreeSet};

pub const STEP_MS: u64 = 100;
const BUILD_MS: u64 = 5;
const BEHIND_MS: u64 = 300;
pub const GENESIS_HASH: Hash = [7; 32];

pub struct Net {
    nodes: Vec<Node>,
    queue: Queue,
    now: u64,
    set: ValidatorSet,
    first_decided: BTreeMap<u64, (u64, usize)>,
    equivocators: BTreeSet<usize>,
    evidence: BTreeMap<Vec<u8>, usize>,
}

impl Net {
    pub fn new(count: usize) -> Self {
        let seeds: Vec<[u8; 32]> = (0..count).map(|at| [at as u8 + 1; 32]).collect();
        let mut validators: Vec<Validator> = seeds
            .iter()
            .map(|seed| {
                let key = public_key_of(seed).to_vec();
                Validator { address: key.clone(), public_key: key, power: 10 }
            })
            .collect();
        validators.sort_by(|one, other| one.address.cmp(&other.address));
        let set = ValidatorSet { validators };
        let mut net = Self {
            nodes: seeds.into_iter().map(|seed| Node::new(seed, &set)).collect(),
            queue: Queue::default(),
            now: 0,
            set,
            first_decided: BTreeMap::new(),
            equivocators: BTreeSet::new(),
            evidence: BTreeMap::new(),
        };
        for at in 0..count {
            net.start_height(at, 1);
        }
        net
    }

    pub fn crash(&mut self, at: usize) {
        self.nodes[at].up = false;
    }

    pub fn equivocate(&mut self, at: usize) {
        self.equivocators.insert(at);
    }

    pub fn decided(&self, at: usize) -> u64 {
        self.nodes[at].decided.keys().last().copied().unwrap_or(0)
    }

    pub fn signed(&self, at: usize) -> usize {
        self.nodes[at].signed.len()
    }

    pub fn block_of(&self, height: u64) -> Vec<u8> {
        self.nodes[0].decided[&height].block_id.clone()
    }

    pub fn evidence_against(&self, at: usize) -> usize {
        self.evidence.get(self.nodes[at].address.as_slice()).copied().unwrap_or(0)
    }

    pub fn run_until(&mut self, height: u64) {
        while (0..self.nodes.len()).any(|at| self.nodes[at].up && self.decided(at) < height) {
            self.step();
            assert!(self.now < 10_000_000, "no progress: {:?}", self.nodes[0].decided.len());
        }
    }

    pub fn run_for(&mut self, ms: u64) {
        let end = self.now + ms;
        while self.now < end && !self.queue.is_empty() {
            self.step();
        }
    }

    pub fn step(&mut self) {
        let Some((at_ms, node, epoch, event)) = self.queue.pop() else { return };
        self.now = at_ms;
        if self.nodes[node].up && self.nodes[node].epoch == epoch {
            self.handle(node, event);
            self.catch_up(node);
        }
    }

    /// Whoever is behind is given certificates, as block sync would.
    fn catch_up(&mut self, at: usize) {
        let height = self.nodes[at].engine.height();
        if let Some((since, source)) = self.first_decided.get(&height).copied() {
            if self.now - since > BEHIND_MS && self.decided(at) < height {
                self.sync_from(at, source);
            }
        }
    }

    pub fn sync_from(&mut self, at: usize, source: usize) {
        while let Some(certificate) = self.nodes[source].decided.get(&(self.decided(at) + 1)) {
            let bytes = certificate.encode_to_vec();
            let id = certificate.block_id.clone();
            let height = certificate.height;
            if self.nodes[at].engine.height() < height {
                self.start_height(at, height);
            }
            let effects = self.nodes[at].engine.on_sync(&bytes, &id).unwrap();
            self.apply(at, effects);
            assert_eq!(self.decided(at), height, "a certified block is decided");
        }
    }

    fn start_height(&mut self, at: usize, height: u64) {
        if self.decided(at) + 1 == height {
            let effects = self.nodes[at].engine.start_height(height, None, STEP_MS as u32).unwrap();
            self.apply(at, effects);
        }
    }

    pub fn restart_from_log(&mut self, at: usize) {
        let height = self.decided(at) + 1;
        self.nodes[at].restart(&self.set, height);
        let mut effects = self.nodes[at].engine.start_height(height, None, STEP_MS as u32).unwrap();
        let entries = self.nodes[at].entries(height);
        effects.extend(self.nodes[at].engine.replay(&entries).unwrap());
        self.apply(at, effects);
    }

    /// Signatures asked for and the block decided by an engine that gets the log alone.
    pub fn replay_height(&mut self, at: usize, height: u64) -> (usize, Vec<u8>) {
        let node = &self.nodes[at];
        let mut engine = Node::engine(&node.address, &self.set, height);
        engine.start_height(height, None, 0).unwrap();
        let effects = engine.replay(&node.entries(height)).unwrap();
        let mut asked = 0;
        let mut block = Vec::new();
        for (tag, payload) in records(&effects) {
            asked += usize::from(tag == Tag::SignVote as u8 || tag == Tag::SignProposal as u8);
            assert_ne!(tag, Tag::Log as u8, "what is logged is not logged again");
            if tag == Tag::Decide as u8 {
                block = CommitCertificate::decode(payload).unwrap().block_id;
            }
        }
        (asked, block)
    }

    fn handle(&mut self, at: usize, event: Event) {
        let engine = &mut self.nodes[at].engine;
        let effects = match event {
            Event::Vote(vote) => {
                let mut list = (vote.len() as u32).to_le_bytes().to_vec();
                list.extend(vote);
                engine.on_votes(&list)
            }
            Event::Proposal(proposal) => engine.on_proposal(&proposal),
            Event::Certificate(certificate) => engine.on_certificate(&certificate),
            Event::Block { height, round, valid_round, proposer, id } => {
                let place = BlockPlace { height, round, valid_round, from_sync: false };
                engine.on_block(place, &proposer, &id, true)
            }
            Event::Timer { key, token, height } => {
                if self.nodes[at].timers.get(&key) != Some(&token) {
                    return;
                }
                self.nodes[at].timers.remove(&key);
                self.nodes[at].engine.on_timeout(key.0, height, key.1)
            }
            Event::Build { height, round } => {
                let proposer = self.nodes[at].address.clone();
                let id = block_id(height, round, &proposer);
                for to in self.others(at) {
                    let (proposer, id) = (proposer.clone(), id.clone());
                    self.send(to, Event::Block { height, round, valid_round: None, proposer, id });
                }
                self.nodes[at].engine.on_value_built(height, round, &id)
            }
            Event::Start { height } => return self.start_height(at, height),
        };
        self.apply(at, effects.unwrap());
    }

    fn others(&self, at: usize) -> Vec<usize> {
        (0..self.nodes.len()).filter(|to| *to != at).collect()
    }

    fn send(&mut self, to: usize, event: Event) {
        let epoch = self.nodes[to].epoch;
        self.queue.push(self.now + NETWORK_MS, to, epoch, event);
    }

    fn broadcast(&mut self, at: usize, event: Event) {
        for to in self.others(at) {
            self.send(to, event.clone());
        }
    }

    fn apply(&mut self, at: usize, effects: Vec<u8>) {
        for (tag, payload) in records(&effects) {
            self.apply_one(at, tag, payload);
        }
    }

    fn apply_one(&mut self, at: usize, tag: u8, payload: &[u8]) {
        let u32_at = |at: usize| u32::from_le_bytes(payload[at..at + 4].try_into().unwrap());
        let u64_at = |at: usize| u64::from_le_bytes(payload[at..at + 8].try_into().unwrap());
        let epoch = self.nodes[at].epoch;
        match tag {
            tag if tag == Tag::CancelTimeouts as u8 => self.nodes[at].timers.clear(),
            tag if tag == Tag::CancelTimeout as u8 => {
                self.nodes[at].timers.remove(&(payload[0], u32_at(1)));
            }
            tag if tag == Tag::ScheduleTimeout as u8 => {
                let (key, height) = ((payload[0], u32_at(1)), self.nodes[at].engine.height());
                let token = self.nodes[at].token();
                self.nodes[at].timers.insert(key, token);
                let due = self.now + u64::from(u32_at(5));
                self.queue.push(due, at, epoch, Event::Timer { key, token, height });
            }
            tag if tag == Tag::SignVote as u8 => self.nodes[at].sign_vote(payload),
            tag if tag == Tag::SignProposal as u8 => self.nodes[at].sign_proposal(payload),
            tag if tag == Tag::PublishVote as u8 => {
                let vote = self.nodes[at].fill_vote(payload);
                if self.equivocators.contains(&at) {
                    let other = self.nodes[at].contradict(&vote);
                    self.broadcast(at, Event::Vote(other));
                }
                self.broadcast(at, Event::Vote(vote.encode_to_vec()));
            }
            tag if tag == Tag::PublishProposal as u8 => {
                let proposal = self.nodes[at].fill_proposal(payload);
                self.broadcast(at, Event::Proposal(proposal));
            }
            tag if tag == Tag::PublishCertificate as u8 => {
                let certificate = self.nodes[at].fill_certificate(payload);
                self.broadcast(at, Event::Certificate(certificate));
            }
            tag if tag == Tag::GetValue as u8 => {
                let event = Event::Build { height: u64_at(0), round: u32_at(8) };
                self.queue.push(self.now + BUILD_MS, at, epoch, event);
            }
            tag if tag == Tag::Restream as u8 => {
                let (proposer, id) = (payload[16..48].to_vec(), payload[48..80].to_vec());
                let valid_round =
                    i32::from_le_bytes(payload[12..16].try_into().unwrap()).try_into().ok();
                let (height, round) = (u64_at(0), u32_at(8));
                self.broadcast(at, Event::Block { height, round, valid_round, proposer, id });
            }
            tag if tag == Tag::SyncValue as u8 => {
                let place = BlockPlace {
                    height: u64_at(0),
                    round: u32_at(8),
                    valid_round: None,
                    from_sync: true,
                };
                let engine = &mut self.nodes[at].engine;
                let effects =
                    engine.on_block(place, &payload[12..44], &payload[44..], true).unwrap();
                self.apply(at, effects);
            }
            tag if tag == Tag::Decide as u8 => {
                let certificate = self.nodes[at].fill_commit(payload);
                self.first_decided.entry(certificate.height).or_insert((self.now, at));
                self.nodes[at].decided.insert(certificate.height, certificate);
            }
            tag if tag == Tag::Finalize as u8 => self.finalize(at, payload),
            tag if tag == Tag::Log as u8 => self.nodes[at].log(u64_at(0), &payload[8..]),
            tag if tag == Tag::Fault as u8 || tag == Tag::SyncRejected as u8 => {
                panic!("node {at}: {}", String::from_utf8_lossy(payload))
            }
            _ => {}
        }
    }

    fn finalize(&mut self, at: usize, payload: &[u8]) {
        let mut parts = items(payload).into_iter();
        let height = CommitCertificate::decode(parts.next().unwrap()).unwrap().height;
        let validators = Validators::new(&self.set).unwrap();
        for piece in parts {
            let piece = Evidence::decode(piece).unwrap();
            rustorium_core::evidence::check(&GENESIS_HASH, &validators, &piece).unwrap();
            let Some(evidence::Kind::DuplicateVote(pair)) = piece.kind else { panic!() };
            *self.evidence.entry(pair.first.unwrap().validator).or_default() += 1;
        }
        let epoch = self.nodes[at].epoch;
        self.queue.push(self.now + 1, at, epoch, Event::Start { height: height + 1 });
    }

    pub fn assert_agreement(&self, height: u64, nodes: &[usize]) {
        for height in 1..=height {
            let ids: BTreeSet<_> =
                nodes.iter().map(|at| self.nodes[*at].decided[&height].block_id.clone()).collect();
            assert_eq!(ids.len(), 1, "one block at height {height}");
        }
    }

    pub fn rounds_beyond_first(&self) -> usize {
        self.nodes[0].decided.values().filter(|one| one.round > 0).count()
    }

    pub fn assert_certificates_verify(&self) {
        let validators = Validators::new(&self.set).unwrap();
        for node in &self.nodes {
            for one in node.decided.values() {
                certificate::check(&GENESIS_HASH, &validators, one).unwrap();
                assert!(one.signatures.iter().any(|one| one.validator == node.address));
            }
        }
    }

    pub fn assert_nothing_conflicts(&self) {
        for node in &self.nodes {
            let places: BTreeSet<_> = node.signed.iter().map(|(place, _)| *place).collect();
            let messages: BTreeSet<_> = node.signed.iter().collect();
            assert_eq!(places.len(), messages.len(), "one message for each place");
        }
    }

    pub fn feed_garbage(&mut self, at: usize, count: u32) {
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as u32
        };
        let good = Vote { r#type: 1, height: 2, validator: vec![1; 32], ..Vote::default() }
            .encode_to_vec();
        for _ in 0..count {
            let mut bytes = match next() % 2 {
                0 => (0..next() % 200).map(|_| next() as u8).collect(),
                _ => good.clone(),
            };
            if let Some(at) = (next() as usize).checked_rem(bytes.len()) {
                bytes[at] = next() as u8;
            }
            let engine = &mut self.nodes[at].engine;
            for outcome in [
                engine.on_votes(&bytes),
                engine.on_proposal(&bytes),
                engine.on_certificate(&bytes),
                engine.on_sync(&bytes, &[]),
                engine.replay(&bytes),
                engine.on_timeout(next() as u8, 99, next()),
                engine.on_value_built(next().into(), next(), &bytes),
            ] {
                assert!(outcome.unwrap_or_default().is_empty());
            }
        }
    }
}

fn block_id(height: u64, round: u32, proposer: &[u8]) -> Vec<u8> {
    let mut id = [0; 32];
    id[..8].copy_from_slice(&height.to_le_bytes());
    id[8..12].copy_from_slice(&round.to_le_bytes());
    id[12..].copy_from_slice(&proposer[..20]);
    id.to_vec()
}

pub fn records(mut effects: &[u8]) -> Vec<(u8, &[u8])> {
    let mut records = Vec::new();
    while let [tag, rest @ ..] = effects {
        let (length, rest) = rest.split_first_chunk::<4>().unwrap();
        let (payload, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        records.push((*tag, payload));
        effects = rest;
    }
    records
}

pub fn items(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut items = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let (item, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        items.push(item);
        bytes = rest;
    }
    items
}
