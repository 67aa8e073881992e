//! Transactions: a fixed-layout envelope around one canonical protobuf body.
//! A view of an envelope borrows its bytes; nothing is copied to look at it.
#![forbid(unsafe_code)]

use crate::address::{slot_of, slots_of, Address};
use crate::ed25519::{self, Check, SignatureBytes, Verdicts};
use crate::error::{CoreError, CoreResult};
use crate::hash::{hash, Domain, Hash, Hashes, SignDomain};
use crate::proto::{action, ErrorCode, TransactionBody};
use prost::Message;

/// `sender (32) | signature (64) | body length (4)`.
pub const ENVELOPE_HEADER: usize = 100;
/// Of a whole envelope.
pub const ENVELOPE_BYTES_MAX: usize = 16 * 1024;
/// Of a memo.
pub const MEMO_BYTES_MAX: usize = 256;
/// Of one transaction; at least one.
pub const ACTIONS_MAX: usize = 16;
/// No sum of money can be larger: the supply is at most this (2^63 - 1).
pub const AMOUNT_MAX: u64 = i64::MAX as u64;

/// An envelope whose layout is right; its body has not been looked at.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    bytes: &'a [u8],
    sender: &'a Address,
    signature: &'a SignatureBytes,
    body: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// The envelope that `bytes` are, all of them. Errors:
    /// `TRANSACTION_MALFORMED`, `TRANSACTION_TOO_LARGE`.
    pub fn parse(bytes: &'a [u8]) -> CoreResult<Self> {
        match Self::split_first(bytes)? {
            (envelope, []) => Ok(envelope),
            (_, rest) => Err(malformed(format!("{} bytes follow the body", rest.len()))),
        }
    }

    /// The envelope at the beginning of `bytes`, and what follows it.
    pub fn split_first(bytes: &'a [u8]) -> CoreResult<(Self, &'a [u8])> {
        let short = || malformed("the envelope ends early");
        let (sender, rest) = bytes.split_first_chunk().ok_or_else(short)?;
        let (signature, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let (length, rest) = rest.split_first_chunk().ok_or_else(short)?;
        // A u32 fits usize: the crate runs on 32 and 64 bits.
        let length = u32::from_le_bytes(*length) as usize;
        if length > ENVELOPE_BYTES_MAX - ENVELOPE_HEADER {
            let why = format!(
                "the body has {length} bytes; an envelope has at most {ENVELOPE_BYTES_MAX}"
            );
            return Err(CoreError::with(ErrorCode::TransactionTooLarge, why));
        }
        let (body, rest) = rest.split_at_checked(length).ok_or_else(short)?;
        // `rest` is a tail of `bytes`, so the difference is the envelope's length.
        let (bytes, _) = bytes.split_at(bytes.len() - rest.len());
        Ok((Self { bytes, sender, signature, body }, rest))
    }

    /// All of it, as it travels.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whose transaction it claims to be.
    pub fn sender(&self) -> &'a Address {
        self.sender
    }

    /// Over [`sign_bytes`] of the id.
    pub fn signature(&self) -> &'a SignatureBytes {
        self.signature
    }

    /// The encoded body.
    pub fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The slot of the sender.
    pub fn slot(&self) -> u8 {
        slot_of(self.sender)
    }

    /// The id on the chain of that genesis.
    pub fn id(&self, genesis_hash: &Hash) -> Hash {
        id(genesis_hash, self.sender, self.body)
    }
}

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::TransactionMalformed, why)
}

/// `BLAKE3(0x10 | genesis hash | sender | body)`.
pub fn id(genesis_hash: &Hash, sender: &Address, body: &[u8]) -> Hash {
    hash(Domain::TransactionId, &[genesis_hash, sender, body])
}

/// The ids of many transactions on the chain of that genesis.
pub fn ids(genesis_hash: &Hash, envelopes: &[Envelope<'_>]) -> Vec<Hash> {
    let mut hashes = Hashes::with_capacity(envelopes.len());
    for Envelope { sender, body, .. } in envelopes {
        hashes.push(Domain::TransactionId, [genesis_hash, *sender, body]);
    }
    hashes.take()
}

/// The slots of the senders of many transactions.
pub fn slots(envelopes: &[Envelope<'_>]) -> Vec<u8> {
    slots_of(envelopes.iter().map(Envelope::sender))
}

/// What the sender signs: `0x11 | id`.
pub fn sign_bytes(id: &Hash) -> [u8; 33] {
    let mut bytes = [SignDomain::Transaction as u8; 33];
    bytes[1..].copy_from_slice(id);
    bytes
}

/// What bodies of the chain carry in front: the first four bytes of its genesis
/// hash, little endian.
pub fn chain_tag(genesis_hash: &Hash) -> u32 {
    let [a, b, c, d, ..] = *genesis_hash;
    u32::from_le_bytes([a, b, c, d])
}

/// The envelope of these parts. The body is not checked.
pub fn encode(sender: &Address, signature: &SignatureBytes, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ENVELOPE_HEADER + body.len());
    bytes.extend_from_slice(sender);
    bytes.extend_from_slice(signature);
    bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// The signed envelope of a body, by the key of `seed`. For tests and tools.
pub fn sign(seed: &[u8; 32], genesis_hash: &Hash, body: &TransactionBody) -> Vec<u8> {
    let sender = ed25519::public_key_of(seed);
    let body = body.encode_to_vec();
    let signature = ed25519::sign_with(seed, &sign_bytes(&id(genesis_hash, &sender, &body)));
    encode(&sender, &signature, &body)
}

/// A body that is canonical and right in itself: only the state can still say
/// no to it.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedBody {
    /// As decoded. Every `Action` has its kind and every `to` 32 bytes.
    pub body: TransactionBody,
    /// `gas_limit * max_fee`, at most [`AMOUNT_MAX`].
    pub fee_max: u64,
    /// Sum of the transfers, at most [`AMOUNT_MAX`]. So `fee_max + amounts` is
    /// at most 2^64 - 2 and cannot overflow.
    pub amounts: u64,
}

/// Decodes a body and checks everything that needs neither state nor
/// parameters. The first fault in this order is the answer, whoever asks:
/// malformed, unknown action, not canonical, wrong chain, reserved field, memo,
/// number of actions, validity, fees, nonce, then action by action.
pub fn check_body(chain_tag: u32, bytes: &[u8]) -> CoreResult<CheckedBody> {
    let body = TransactionBody::decode(bytes)
        .map_err(|_| malformed("the body is not a TransactionBody"))?;
    // Before canonicity: an action of a later protocol is an unknown field too.
    if body.actions.iter().any(|action| action.kind.is_none()) {
        return Err(CoreError::new(ErrorCode::UnknownAction));
    }
    if body.encoded_len() != bytes.len() || body.encode_to_vec() != bytes {
        return Err(CoreError::new(ErrorCode::BodyNotCanonical));
    }
    if body.chain_tag != chain_tag {
        let why = format!("chain tag {:08x}, here {chain_tag:08x}", body.chain_tag);
        return Err(CoreError::with(ErrorCode::WrongChain, why));
    }
    check_fields(&body)?;
    let fee_max = checked_fee(&body)?;
    let amounts = checked_actions(&body)?;
    Ok(CheckedBody { body, fee_max, amounts })
}

fn check_fields(body: &TransactionBody) -> CoreResult<()> {
    if !body.fee_payer.is_empty() {
        return Err(CoreError::new(ErrorCode::FeePayerReserved));
    }
    if body.memo.len() > MEMO_BYTES_MAX {
        let why = format!("{} bytes, at most {MEMO_BYTES_MAX}", body.memo.len());
        return Err(CoreError::with(ErrorCode::MemoTooLong, why));
    }
    if !(1..=ACTIONS_MAX).contains(&body.actions.len()) {
        let why = format!("{} actions, 1 to {ACTIONS_MAX}", body.actions.len());
        return Err(CoreError::with(ErrorCode::ActionsCount, why));
    }
    if body.valid_until == 0 {
        return Err(CoreError::with(ErrorCode::Expired, "valid_until is mandatory"));
    }
    // The number after it must exist, as it becomes the lane's next nonce.
    if body.nonce == u64::MAX {
        return Err(CoreError::with(ErrorCode::NonceTooFar, "the highest nonce is 2^64 - 2"));
    }
    Ok(())
}

fn checked_fee(body: &TransactionBody) -> CoreResult<u64> {
    if body.tip > body.max_fee {
        let why = format!("max_fee {} does not cover tip {}", body.max_fee, body.tip);
        return Err(CoreError::with(ErrorCode::FeeTooLow, why));
    }
    body.gas_limit.checked_mul(body.max_fee).filter(|fee| *fee <= AMOUNT_MAX).ok_or_else(|| {
        CoreError::with(ErrorCode::AmountOverflow, "gas_limit times max_fee is beyond 2^63 - 1")
    })
}

fn checked_actions(body: &TransactionBody) -> CoreResult<u64> {
    let mut sum = 0u64;
    for action in &body.actions {
        let Some(action::Kind::Transfer(transfer)) = &action.kind else {
            return Err(CoreError::new(ErrorCode::UnknownAction));
        };
        if transfer.to.len() != 32 {
            let why = format!("the recipient has {} bytes, not 32", transfer.to.len());
            return Err(CoreError::with(ErrorCode::AddressMalformed, why));
        }
        if transfer.amount == 0 {
            return Err(CoreError::new(ErrorCode::AmountZero));
        }
        sum =
            sum.checked_add(transfer.amount).filter(|sum| *sum <= AMOUNT_MAX).ok_or_else(|| {
                CoreError::with(ErrorCode::AmountOverflow, "the amounts sum to more than 2^63 - 1")
            })?;
    }
    Ok(sum)
}

/// An envelope with a valid signature around a right body.
#[derive(Clone, Debug)]
pub struct CheckedTransaction<'a> {
    /// The view of the bytes.
    pub envelope: Envelope<'a>,
    /// The id.
    pub id: Hash,
    /// The decoded body.
    pub checked: CheckedBody,
}

/// Everything that can be said of one transaction without state: layout, body
/// and signature.
pub fn check<'a>(genesis_hash: &Hash, bytes: &'a [u8]) -> CoreResult<CheckedTransaction<'a>> {
    let envelope = Envelope::parse(bytes)?;
    let checked = check_body(chain_tag(genesis_hash), envelope.body)?;
    let id = envelope.id(genesis_hash);
    if !ed25519::verify(envelope.sender, &sign_bytes(&id), envelope.signature) {
        return Err(signature_fault(envelope.sender));
    }
    Ok(CheckedTransaction { envelope, id, checked })
}

/// Why no signature of this sender was valid.
pub fn signature_fault(sender: &Address) -> CoreError {
    let code = if ed25519::is_public_key(sender) {
        ErrorCode::SignatureInvalid
    } else {
        ErrorCode::KeyMalformed
    };
    CoreError::new(code)
}

/// A transaction and its id.
pub type Identified<'a> = (Envelope<'a>, Hash);

/// Checks signatures until `most` are found that are not valid.
/// `seed`: see [`ed25519::verify_batch`].
pub fn find_unsigned(transactions: &[Identified<'_>], seed: &[u8; 32], most: usize) -> Verdicts {
    with_checks(transactions, |checks| ed25519::find_invalid(checks, seed, most))
}

/// The first whose signature is not valid.
pub fn first_unsigned<'a, 'b>(
    transactions: &'a [Identified<'b>],
    seed: &[u8; 32],
) -> Option<&'a Identified<'b>> {
    let place = with_checks(transactions, |checks| ed25519::first_invalid(checks, seed))?;
    transactions.get(place)
}

fn with_checks<T>(transactions: &[Identified<'_>], verify: impl FnOnce(&[Check<'_>]) -> T) -> T {
    let messages: Vec<[u8; 33]> = transactions.iter().map(|(_, id)| sign_bytes(id)).collect();
    let checks: Vec<Check<'_>> = transactions
        .iter()
        .zip(&messages)
        .map(|((envelope, _), message)| Check {
            public_key: envelope.sender,
            message,
            signature: envelope.signature,
        })
        .collect();
    verify(&checks)
}
