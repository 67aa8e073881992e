//! Our types in the shape that Malachite's core asks for.

use crate::address::Address as AddressBytes;
use crate::consensus::schedule::Schedule;
use crate::ed25519::{PublicKey, SignatureBytes};
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::hash::Hash;
use crate::proto::{self, ErrorCode};
use crate::validators::Validators;
use core::fmt;
use malachitebft_core_types as mt;
use mt::{LinearTimeouts, NilOrVal, Round, SignedExtension, VoteType, VotingPower};
use std::collections::BTreeMap;
use std::sync::Arc;

/// From 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Height(pub u64);

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl mt::Height for Height {
    const ZERO: Self = Height(0);
    const INITIAL: Self = Height(1);

    fn increment_by(&self, n: u64) -> Self {
        Height(self.0.saturating_add(n))
    }

    fn decrement_by(&self, n: u64) -> Option<Self> {
        self.0.checked_sub(n).map(Height)
    }

    fn as_u64(&self) -> u64 {
        self.0
    }
}

macro_rules! bytes_type {
    ($(#[$doc:meta])* $name:ident, $bytes:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $bytes);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

bytes_type!(
    /// Names a validator.
    Address,
    AddressBytes
);
bytes_type!(
    /// With parts on their own way, a block's id is all that is voted on.
    BlockId,
    Hash
);
bytes_type!(
    /// All zeros stands for a signature that the host has yet to make.
    Signature,
    SignatureBytes
);
bytes_type!(
    /// Checks the signatures of one validator.
    Key,
    PublicKey
);

impl Signature {
    /// The engine's own messages until the host has signed them.
    pub const MISSING: Self = Self([0; 64]);
}

impl mt::Address for Address {}

/// What is decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(pub BlockId);

impl mt::Value for Value {
    type Id = BlockId;

    fn id(&self) -> BlockId {
        self.0
    }
}

/// Blocks and batches travel outside the engine, so there are no parts in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part;

impl mt::ProposalPart<Chain> for Part {
    fn is_first(&self) -> bool {
        true
    }

    fn is_last(&self) -> bool {
        true
    }
}

/// A prevote or precommit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Which of the two.
    pub kind: VoteType,
    /// Of the block.
    pub height: Height,
    /// Within the height.
    pub round: Round,
    /// A block or none.
    pub value: NilOrVal<BlockId>,
    /// Who votes.
    pub validator: Address,
}

impl mt::Vote<Chain> for Vote {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &NilOrVal<BlockId> {
        &self.value
    }

    fn take_value(self) -> NilOrVal<BlockId> {
        self.value
    }

    fn vote_type(&self) -> VoteType {
        self.kind
    }

    fn validator_address(&self) -> &Address {
        &self.validator
    }

    fn extension(&self) -> Option<&SignedExtension<Chain>> {
        None
    }

    fn take_extension(&mut self) -> Option<SignedExtension<Chain>> {
        None
    }

    // Extensions are disabled: the engine never makes one.
    fn extend(self, _extension: SignedExtension<Chain>) -> Self {
        self
    }
}

/// The proposer's word for a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Of the block.
    pub height: Height,
    /// Within the height.
    pub round: Round,
    /// The block.
    pub value: Value,
    /// The earlier round in which two thirds prevoted for it, if any.
    pub pol_round: Round,
    /// Who proposes.
    pub proposer: Address,
}

impl mt::Proposal<Chain> for Proposal {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn take_value(self) -> Value {
        self.value
    }

    fn pol_round(&self) -> Round {
        self.pol_round
    }

    fn validator_address(&self) -> &Address {
        &self.proposer
    }
}

/// A member of the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator {
    /// Names it.
    pub address: Address,
    /// Checks its signatures.
    pub key: Key,
    /// Weight of its vote.
    pub power: u64,
}

impl mt::Validator<Chain> for Validator {
    fn address(&self) -> &Address {
        &self.address
    }

    fn public_key(&self) -> &Key {
        &self.key
    }

    fn voting_power(&self) -> VotingPower {
        self.power
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Members {
    validators: Vec<Validator>,
    index: BTreeMap<Address, usize>,
    total: u64,
    schedule: Schedule,
}

/// Members in the order of the schema's `ValidatorSet`; cheap to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidatorSet(Arc<Members>);

impl ValidatorSet {
    /// From an encoded `ValidatorSet`. Errors: `MESSAGE_MALFORMED`.
    pub fn parse(bytes: &[u8]) -> CoreResult<Self> {
        const CODE: ErrorCode = ErrorCode::MessageMalformed;
        let set: proto::ValidatorSet = proto::decode_canonical(bytes, CODE)?;
        let total = Validators::new(&set)?.total_power();
        let validators: Vec<Validator> = set
            .validators
            .iter()
            .map(|validator| {
                Ok(Validator {
                    address: Address(*array(&validator.address, "address", CODE)?),
                    key: Key(*array(&validator.public_key, "public_key", CODE)?),
                    power: validator.power,
                })
            })
            .collect::<Result<_, CoreError>>()?;
        let index = validators.iter().enumerate().map(|(at, one)| (one.address, at)).collect();
        let powers: Vec<u64> = validators.iter().map(|one| one.power).collect();
        let schedule = Schedule::new(&powers);
        Ok(Self(Arc::new(Members { validators, index, total, schedule })))
    }

    /// Whose turn it is to propose.
    pub fn proposer(&self, height: Height, round: Round) -> &Validator {
        let turn = self.0.schedule.at(height.0, round.as_u32().unwrap_or(0));
        &self.0.validators[turn]
    }

    /// The member with that address.
    pub fn member(&self, address: &Address) -> Option<&Validator> {
        self.0.index.get(address).map(|at| &self.0.validators[*at])
    }

    /// Power of all members.
    pub fn total(&self) -> u64 {
        self.0.total
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.validators.len()
    }

    /// Never: a set has a member at least.
    pub fn is_empty(&self) -> bool {
        self.0.validators.is_empty()
    }
}

impl mt::ValidatorSet<Chain> for ValidatorSet {
    fn count(&self) -> usize {
        self.len()
    }

    fn total_voting_power(&self) -> VotingPower {
        self.0.total
    }

    fn get_by_address(&self, address: &Address) -> Option<&Validator> {
        self.member(address)
    }

    fn get_by_index(&self, index: usize) -> Option<&Validator> {
        self.0.validators.get(index)
    }
}

/// How the engine would read keys and signatures; it only carries them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ed25519;

impl mt::SigningScheme for Ed25519 {
    type DecodingError = String;
    type Signature = Signature;
    type PublicKey = Key;
    /// Keys live with the host's signer.
    type PrivateKey = ();

    fn decode_signature(bytes: &[u8]) -> Result<Signature, String> {
        bytes.try_into().map(Signature).map_err(|_| "a signature has 64 bytes".into())
    }

    fn encode_signature(signature: &Signature) -> Vec<u8> {
        signature.0.to_vec()
    }

    fn decode_public_key(bytes: &[u8]) -> Result<Key, String> {
        bytes.try_into().map(Key).map_err(|_| "a public key has 32 bytes".into())
    }

    fn encode_public_key(key: &Key) -> Vec<u8> {
        key.0.to_vec()
    }
}

/// Timeouts that grow with the round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Timeouts(pub LinearTimeouts);

impl mt::Timeouts<Chain> for Timeouts {
    fn duration_for(&self, timeout: mt::Timeout) -> core::time::Duration {
        self.0.duration_for(timeout)
    }
}

/// Ties our types together for the engine.
#[derive(Clone, Debug)]
pub struct Chain;

impl mt::Context for Chain {
    type Address = Address;
    type Height = Height;
    type ProposalPart = Part;
    type Proposal = Proposal;
    type Validator = Validator;
    type ValidatorSet = ValidatorSet;
    type Timeouts = Timeouts;
    type Value = Value;
    type Vote = Vote;
    type Extension = bytes::Bytes;
    type SigningScheme = Ed25519;

    fn select_proposer<'a>(
        &self,
        set: &'a ValidatorSet,
        height: Height,
        round: Round,
    ) -> &'a Validator {
        set.proposer(height, round)
    }

    fn new_proposal(
        &self,
        height: Height,
        round: Round,
        value: Value,
        pol_round: Round,
        proposer: Address,
    ) -> Proposal {
        Proposal { height, round, value, pol_round, proposer }
    }

    fn new_prevote(
        &self,
        height: Height,
        round: Round,
        value: NilOrVal<BlockId>,
        validator: Address,
    ) -> Vote {
        Vote { kind: VoteType::Prevote, height, round, value, validator }
    }

    fn new_precommit(
        &self,
        height: Height,
        round: Round,
        value: NilOrVal<BlockId>,
        validator: Address,
    ) -> Vote {
        Vote { kind: VoteType::Precommit, height, round, value, validator }
    }
}
