//! One engine and what its host remembers: signatures, log, decisions.

use super::GENESIS_HASH;
use prost::Message;
use rustorium_core::consensus::engine::{Engine, TimeoutsMs};
use rustorium_core::ed25519::{public_key_of, sign_with};
use rustorium_core::proto::{CommitCertificate, Proposal, ValidatorSet, Vote, VoteCertificate};
use rustorium_core::vote::{proposal_sign_bytes, vote_sign_bytes};
use std::collections::BTreeMap;

pub const NETWORK_MS: u64 = 10;

/// Kind (0 proposal, then as votes), height, round.
type Place = (i32, u64, u32);

pub struct Node {
    pub engine: Engine,
    pub address: Vec<u8>,
    pub up: bool,
    /// Events for an earlier life of the node do not reach it.
    pub epoch: u64,
    pub timers: BTreeMap<(u8, u32), u64>,
    pub signed: Vec<(Place, Vec<u8>)>,
    pub decided: BTreeMap<u64, CommitCertificate>,
    log: Vec<(u64, Vec<u8>)>,
    seed: [u8; 32],
    tokens: u64,
}

impl Node {
    pub fn new(seed: [u8; 32], set: &ValidatorSet) -> Self {
        let address = public_key_of(&seed).to_vec();
        Self {
            engine: Self::engine(&address, set, 1),
            address,
            up: true,
            epoch: 0,
            timers: BTreeMap::new(),
            signed: Vec::new(),
            decided: BTreeMap::new(),
            log: Vec::new(),
            seed,
            tokens: 0,
        }
    }

    pub fn engine(address: &[u8], set: &ValidatorSet, height: u64) -> Engine {
        let timeouts = TimeoutsMs {
            propose: [500, 100],
            prevote: [200, 100],
            precommit: [200, 100],
            rebroadcast: 1_000,
        };
        Engine::new(GENESIS_HASH, &set.encode_to_vec(), address, height, timeouts).unwrap()
    }

    pub fn restart(&mut self, set: &ValidatorSet, height: u64) {
        self.engine = Self::engine(&self.address, set, height);
        self.up = true;
        self.epoch += 1;
        self.timers.clear();
    }

    pub fn token(&mut self) -> u64 {
        self.tokens += 1;
        self.tokens
    }

    pub fn sign_vote(&mut self, vote: &[u8]) {
        let vote = Vote::decode(vote).unwrap();
        assert!(vote.signature.is_empty() && vote.validator == self.address);
        let place = (vote.r#type, vote.height, vote.round);
        self.signed.push((place, vote_sign_bytes(&GENESIS_HASH, &vote)));
    }

    pub fn sign_proposal(&mut self, proposal: &[u8]) {
        let proposal = Proposal::decode(proposal).unwrap();
        assert!(proposal.signature.is_empty() && proposal.proposer == self.address);
        let place = (0, proposal.height, proposal.round);
        self.signed.push((place, proposal_sign_bytes(&GENESIS_HASH, &proposal)));
    }

    fn signature(&self, place: Place, message: &[u8]) -> Vec<u8> {
        let signed = self.signed.iter().any(|(at, bytes)| *at == place && bytes == message);
        assert!(signed, "what is sent or logged has been signed before");
        sign_with(&self.seed, message).to_vec()
    }

    fn fill(&self, vote: &mut Vote) {
        if vote.signature.is_empty() {
            assert_eq!(vote.validator, self.address, "only own votes lack their signature");
            let place = (vote.r#type, vote.height, vote.round);
            vote.signature = self.signature(place, &vote_sign_bytes(&GENESIS_HASH, vote));
        }
    }

    pub fn fill_vote(&self, vote: &[u8]) -> Vote {
        let mut vote = Vote::decode(vote).unwrap();
        self.fill(&mut vote);
        vote
    }

    pub fn fill_proposal(&self, proposal: &[u8]) -> Vec<u8> {
        let mut proposal = Proposal::decode(proposal).unwrap();
        if proposal.signature.is_empty() {
            let place = (0, proposal.height, proposal.round);
            let message = proposal_sign_bytes(&GENESIS_HASH, &proposal);
            proposal.signature = self.signature(place, &message);
        }
        proposal.encode_to_vec()
    }

    pub fn fill_certificate(&self, certificate: &[u8]) -> Vec<u8> {
        let mut certificate = VoteCertificate::decode(certificate).unwrap();
        certificate.votes.iter_mut().for_each(|vote| self.fill(vote));
        certificate.encode_to_vec()
    }

    pub fn fill_commit(&self, certificate: &[u8]) -> CommitCertificate {
        let mut certificate = CommitCertificate::decode(certificate).unwrap();
        let whole = certificate.clone();
        for one in certificate.signatures.iter_mut().filter(|one| one.signature.is_empty()) {
            let mut vote = rustorium_core::certificate::precommit(&whole, &one.validator);
            self.fill(&mut vote);
            one.signature = vote.signature;
        }
        certificate
    }

    /// The same vote for something else, signed outside the books.
    pub fn contradict(&self, vote: &Vote) -> Vec<u8> {
        let block_id = if vote.block_id.is_empty() { vec![9; 32] } else { Vec::new() };
        let mut other = Vote { block_id, signature: Vec::new(), ..vote.clone() };
        other.signature = sign_with(&self.seed, &vote_sign_bytes(&GENESIS_HASH, &other)).to_vec();
        other.encode_to_vec()
    }

    pub fn log(&mut self, height: u64, entry: &[u8]) {
        self.log.push((height, entry.to_vec()));
    }

    pub fn entries(&self, height: u64) -> Vec<u8> {
        let mut entries = Vec::new();
        for (_, entry) in self.log.iter().filter(|(of, _)| *of == height) {
            entries.extend((entry.len() as u32).to_le_bytes());
            entries.extend(entry);
        }
        entries
    }
}
