//! BLAKE3 with domain separation by one prefix byte. Not `derive_key`, so that
//! any BLAKE3 (an ICS-23 verifier's among them) can check what we hash.

mod chunk;
mod lanes;
mod many;

pub use many::Hashes;

/// 32 bytes.
pub type Hash = [u8; 32];

/// What is hashed. The numbers are part of the protocol; none is used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Domain {
    /// A key and its value in an ordered tree; the leaf prefix of both proof specs.
    TreeLeaf = 0x00,
    /// Two children in any tree; the inner prefix of both proof specs.
    TreeNode = 0x01,
    /// An encoded genesis.
    Genesis = 0x02,
    /// A leaf of a tree over a list.
    ListLeaf = 0x03,
    /// The root of an empty list.
    ListEmpty = 0x04,
    /// An encoded validator set.
    ValidatorSet = 0x05,
    /// Encoded parameters.
    Parameters = 0x06,
    /// An encoded commit certificate.
    Certificate = 0x07,
    /// An encoded list of evidence.
    Evidence = 0x08,
    /// An address, for its slot.
    Slot = 0x09,
    /// Genesis hash, sender and body of a transaction.
    TransactionId = 0x10,
    /// An encoded batch header.
    Batch = 0x12,
    /// An encoded block header.
    Block = 0x14,
    /// Genesis hash, epoch and bucket, for the bucket's authors.
    Bucket = 0x17,
    /// The name of an account that no key controls.
    SystemAccount = 0x16,
}

/// First byte of what is signed; follows the same rule as [`Domain`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SignDomain {
    /// `0x11 | transaction id`.
    Transaction = 0x11,
    /// `0x13 | genesis hash | batch digest`.
    Batch = 0x13,
    /// `0x20 | genesis hash | vote without signature`.
    Vote = 0x20,
    /// `0x21 | genesis hash | proposal without signature`.
    Proposal = 0x21,
}

/// `BLAKE3(domain | parts…)`.
pub fn hash(domain: Domain, parts: &[&[u8]]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[domain as u8]);
    for part in parts {
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}
