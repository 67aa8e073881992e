//! Signatures and certificates, judged inside one call of the engine.
// The error is the engine's own type.
#![allow(clippy::result_large_err)]

use crate::consensus::codec;
use crate::consensus::context::{Address, BlockId, Chain, Height, Key, Signature, ValidatorSet};
use crate::ed25519::{self, Check};
use crate::hash::Hash;
use crate::vote::{proposal_sign_bytes, vote_sign_bytes};
use malachitebft_core_consensus::ConsensusMsg;
use malachitebft_core_types::{
    CertificateError, Context, ExtendedCommitCertificate, NilOrVal, PolkaCertificate, Round,
    RoundCertificate, RoundCertificateType, SignedMessage, SignedVote, ThresholdParam,
    ThresholdParams,
};
use std::collections::{BTreeMap, BTreeSet};

type Outcome = Result<(), CertificateError<Chain>>;

/// Checks signatures, and remembers for one call which ones hold, so that those
/// checked together at the door are not checked again one by one.
pub struct Verifier {
    genesis_hash: Hash,
    own: Address,
    known: BTreeMap<Signature, (Key, Vec<u8>)>,
}

struct Claim {
    key: Key,
    message: Vec<u8>,
    signature: Signature,
}

impl Claim {
    fn check(&self) -> Check<'_> {
        Check { public_key: &self.key.0, message: &self.message, signature: &self.signature.0 }
    }
}

impl Verifier {
    /// For one chain and the node's own address on it.
    pub fn new(genesis_hash: Hash, own: Address) -> Self {
        Self { genesis_hash, own, known: BTreeMap::new() }
    }

    /// Which of the votes are signed by members of the set.
    pub fn votes(&mut self, set: &ValidatorSet, votes: &[SignedVote<Chain>]) -> Vec<bool> {
        let claims: Vec<Option<Claim>> = votes.iter().map(|vote| self.claim(set, vote)).collect();
        let checks: Vec<Check<'_>> = claims.iter().flatten().map(Claim::check).collect();
        let mut verdicts = ed25519::verify_batch(&checks, &self.genesis_hash).into_iter();
        let mut valid = Vec::with_capacity(votes.len());
        for claim in claims {
            let holds = claim.is_some() && verdicts.next() == Some(true);
            valid.push(holds);
            if let (true, Some(Claim { key, message, signature })) = (holds, claim) {
                self.known.insert(signature, (key, message));
            }
        }
        valid
    }

    /// What was found out holds for one call: nothing accumulates.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    /// Whether a message that reached the state machine is signed. Own ones
    /// are, by the host, right after.
    pub fn message(&self, message: &SignedMessage<Chain, ConsensusMsg<Chain>>, key: &Key) -> bool {
        let (signer, bytes) = match &message.message {
            ConsensusMsg::Vote(vote) => {
                let vote_message = codec::vote_message(vote, &Signature::MISSING);
                (vote.validator, vote_sign_bytes(&self.genesis_hash, &vote_message))
            }
            ConsensusMsg::Proposal(proposal) => {
                let proposal_message = codec::proposal_message(proposal, &Signature::MISSING);
                (proposal.proposer, proposal_sign_bytes(&self.genesis_hash, &proposal_message))
            }
        };
        if message.signature == Signature::MISSING {
            return signer == self.own;
        }
        match self.known.get(&message.signature) {
            Some((of, signed)) if of == key && *signed == bytes => true,
            _ => ed25519::verify(&key.0, &bytes, &message.signature.0),
        }
    }

    /// A certificate that came with a block from elsewhere.
    pub fn commit(
        &self,
        certificate: &ExtendedCommitCertificate<Chain>,
        set: &ValidatorSet,
        threshold: ThresholdParam,
    ) -> Outcome {
        let ExtendedCommitCertificate { height, round, value_id, .. } = certificate;
        let votes = certificate.commit_signatures.iter().map(|one| {
            let vote = precommit(*height, *round, *value_id, one.address);
            SignedVote::new(vote, one.signature)
        });
        self.certificate(votes, set, threshold)
    }

    /// A polka that came from elsewhere.
    pub fn polka(
        &self,
        certificate: &PolkaCertificate<Chain>,
        set: &ValidatorSet,
        thresholds: ThresholdParams,
    ) -> Outcome {
        self.certificate(certificate.votes(&Chain), set, thresholds.quorum)
    }

    /// A round certificate that came from elsewhere.
    pub fn round(
        &self,
        certificate: &RoundCertificate<Chain>,
        set: &ValidatorSet,
        thresholds: ThresholdParams,
    ) -> Outcome {
        let threshold = match certificate.cert_type {
            RoundCertificateType::Skip => thresholds.honest,
            RoundCertificateType::Precommit => thresholds.quorum,
        };
        self.certificate(certificate.votes(&Chain), set, threshold)
    }

    fn certificate(
        &self,
        votes: impl Iterator<Item = SignedVote<Chain>>,
        set: &ValidatorSet,
        threshold: ThresholdParam,
    ) -> Outcome {
        let votes: Vec<SignedVote<Chain>> = votes.collect();
        power(votes.iter().map(|vote| vote.message.validator), set, threshold)?;
        let claims: Option<Vec<Claim>> = votes.iter().map(|vote| self.claim(set, vote)).collect();
        let Some(claims) = claims else { return Err(CertificateError::VerificationError(None)) };
        let checks: Vec<Check<'_>> = claims.iter().map(Claim::check).collect();
        match ed25519::verify_all(&checks, &self.genesis_hash) {
            true => Ok(()),
            false => Err(CertificateError::VerificationError(None)),
        }
    }

    fn claim(&self, set: &ValidatorSet, vote: &SignedVote<Chain>) -> Option<Claim> {
        if vote.signature == Signature::MISSING {
            return None;
        }
        let key = set.member(&vote.message.validator)?.key;
        let unsigned = codec::vote_message(&vote.message, &Signature::MISSING);
        let message = vote_sign_bytes(&self.genesis_hash, &unsigned);
        Some(Claim { key, message, signature: vote.signature })
    }
}

fn precommit(
    height: Height,
    round: Round,
    id: BlockId,
    validator: Address,
) -> crate::consensus::context::Vote {
    Chain.new_precommit(height, round, NilOrVal::Val(id), validator)
}

/// Whether distinct members of the set with enough power are there.
pub fn power(
    signers: impl Iterator<Item = Address>,
    set: &ValidatorSet,
    threshold: ThresholdParam,
) -> Outcome {
    let mut seen = BTreeSet::new();
    let mut signed = 0;
    for signer in signers {
        if !seen.insert(signer) {
            return Err(CertificateError::DuplicateVote(signer));
        }
        let member = set.member(&signer).ok_or(CertificateError::UnknownValidator(signer))?;
        signed += member.power;
    }
    let total = set.total();
    if threshold.is_met(signed, total) {
        return Ok(());
    }
    let expected = threshold.min_expected(total);
    Err(CertificateError::NotEnoughVotingPower { signed, total, expected })
}
