//! Transactions: a fixed-layout envelope around one canonical protobuf body.
//! A view of an envelope borrows its bytes; nothing is copied to look at it.
#![forbid(unsafe_code)]

use crate::address::{slot_of, slots_of, Address};
pub use crate::body::{check_body, CheckedBody, ACTIONS_MAX, AMOUNT_MAX, MEMO_BYTES_MAX};
use crate::ed25519::{self, Check, SignatureBytes, Verdicts};
use crate::error::{CoreError, CoreResult};
use crate::hash::{hash, Domain, Hash, Hashes, SignDomain};
use crate::proto::{ErrorCode, TransactionBody};
use prost::Message;

/// `sender (32) | signature (64) | body length (4)`.
pub const ENVELOPE_HEADER: usize = 100;
/// Of a whole envelope.
pub const ENVELOPE_BYTES_MAX: usize = 16 * 1024;
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

/// An envelope with a valid signature around a right body.
#[derive(Clone, Debug)]
pub struct CheckedTransaction<'a> {
    /// The view of the bytes.
    pub envelope: Envelope<'a>,
    /// The id.
    pub id: Hash,
    /// The body as read.
    pub checked: CheckedBody<'a>,
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
