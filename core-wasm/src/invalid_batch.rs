//! Batches that no state makes valid: who is to blame for one, and the proof
//! against its author. The proof is a leaf or two under the `payload_root` that
//! the author signed, so that whoever judges it needs nothing else of the batch.
#![forbid(unsafe_code)]

use crate::batch::{self, BatchView};
use crate::ed25519;
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::hash::Hash;
use crate::leaves;
use crate::merkle::{list_proof, verify_list};
use crate::proto::{evidence, BatchHeader, ErrorCode, Evidence};
use crate::proto::{InvalidBatch, ListProof, PayloadLeaf};
use crate::slot_table::Table;
use crate::transaction::{self, Envelope};
use crate::validators::Validators;
use prost::Message;

/// Why a batch was refused, and whose fault it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What is wrong.
    pub error: CoreError,
    /// Who answers for it.
    pub blame: Blame,
}

/// Who answers for a refused batch.
#[derive(Clone, Debug, PartialEq)]
pub enum Blame {
    /// Whoever passed it on may have spoiled it, or it came too late.
    Nobody,
    /// The author signed for it, but no small part of it shows that to others.
    Author,
    /// This convicts the author.
    Proven(Box<Evidence>),
}

impl From<CoreError> for Refusal {
    fn from(error: CoreError) -> Self {
        Self { error, blame: Blame::Nobody }
    }
}

impl Refusal {
    /// The author signed for the fault.
    pub fn of_author(error: CoreError) -> Self {
        Self { error, blame: Blame::Author }
    }

    /// The leaves with these indices, ascending, prove the fault of the author,
    /// whose signature and `payload_root` have been found right.
    pub fn proven(batch: &BatchView<'_>, error: CoreError, indices: &[usize]) -> Self {
        let blame = accuse(batch, indices)
            .map_or(Blame::Author, |evidence| Blame::Proven(Box::new(evidence)));
        Self { error, blame }
    }

    /// That the transaction is none, wherever it stands in the payload.
    pub fn of_transaction(
        batch: &BatchView<'_>,
        error: CoreError,
        envelope: &Envelope<'_>,
    ) -> Self {
        let same = |leaf: &CoreResult<leaves::Leaf<'_>>| {
            leaf.as_ref().is_ok_and(|leaf| std::ptr::eq(leaf.bytes(), envelope.bytes()))
        };
        match leaves::leaves(batch.payload)
            .ok()
            .and_then(|mut leaves| leaves.position(|l| same(&l)))
        {
            Some(index) => Self::proven(batch, error, &[index]),
            None => Self::of_author(error),
        }
    }
}

/// The evidence made of leaves of a batch.
fn accuse(batch: &BatchView<'_>, indices: &[usize]) -> Option<Evidence> {
    let leaves: Vec<&[u8]> = leaves::leaves(batch.payload)
        .ok()?
        .map(|leaf| Some(leaf.ok()?.bytes()))
        .collect::<Option<_>>()?;
    let prove = |index: &usize| {
        let ListProof { index: at, siblings, .. } = list_proof(&leaves, *index)?;
        Some(PayloadLeaf { index: at, item: leaves.get(*index)?.to_vec(), siblings })
    };
    let invalid = InvalidBatch {
        header: Some(batch.header.clone()),
        signature: batch.signature.to_vec(),
        leaves: indices.iter().map(prove).collect::<Option<_>>()?,
    };
    Some(Evidence { kind: Some(evidence::Kind::InvalidBatch(invalid)) })
}

/// Checks the table, that every sender is of its slot, and that no id is there
/// twice. `ids` are those of the payload. Errors: `BATCH_MALFORMED`.
pub(crate) fn check_layout(batch: &BatchView<'_>, ids: &[Hash]) -> Result<(), Refusal> {
    let (table, _, _) = Table::split(batch.payload)?;
    if let Some(error) = table_fault(&table, batch.header.transaction_count) {
        return Err(Refusal::proven(batch, error, &[0]));
    }
    let envelopes = envelopes(batch.payload)?;
    let mut found = envelopes.iter().zip(transaction::slots(&envelopes));
    // The table is the leaf before the first envelope.
    let (mut index, mut at, mut is_exact) = (1, 0, true);
    for (slot, count, offset) in table.entries() {
        is_exact &= offset == at;
        for (envelope, found) in found.by_ref().take(count as usize) {
            if let Some(error) = slot_fault(slot, found) {
                return Err(Refusal::proven(batch, error, &[0, index]));
            }
            index += 1;
            at += envelope.bytes().len();
        }
    }
    if let Some((first, second)) = batch::twice(ids) {
        let error = malformed("a transaction is in it twice");
        return Err(Refusal::proven(batch, error, &[first + 1, second + 1]));
    }
    if is_exact {
        return Ok(());
    }
    Err(Refusal::of_author(malformed("a slot is not where the one before it ends")))
}

fn envelopes(payload: &[u8]) -> CoreResult<Vec<Envelope<'_>>> {
    let envelope = |leaf| match leaf {
        Ok(leaves::Leaf::Envelope(envelope)) => Some(Ok(envelope)),
        Ok(leaves::Leaf::Table(_)) => None,
        Err(fault) => Some(Err(fault)),
    };
    leaves::leaves(payload)?.filter_map(envelope).collect()
}

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::BatchMalformed, why)
}

fn table_fault(table: &Table<'_>, transaction_count: u32) -> Option<CoreError> {
    match table.check() {
        Ok(count) if count == transaction_count => None,
        Ok(_) => Some(malformed("the table has another number of transactions")),
        Err(fault) => Some(fault),
    }
}

fn slot_fault(slot: u8, found: u8) -> Option<CoreError> {
    (found != slot).then(|| malformed(format!("a sender does not belong to slot {slot}")))
}

/// Whether the author of a batch signed something that no state makes valid.
/// Errors: `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`, `PROOF_INVALID`.
pub fn convict(
    genesis_hash: &Hash,
    validators: &Validators,
    invalid: &InvalidBatch,
) -> CoreResult<()> {
    const CODE: ErrorCode = ErrorCode::MessageMalformed;
    let header = invalid.header.as_ref().map(Message::encode_to_vec).unwrap_or_default();
    let digest = batch::digest(&header);
    let header =
        batch::decode_header(&header).map_err(|fault| CoreError::with(CODE, fault.to_string()))?;
    let signature = array(&invalid.signature, "signature", CODE)?;
    let root = array(&header.payload_root, "payload_root", CODE)?;
    for leaf in &invalid.leaves {
        // With the count that the author signed, an index has one place alone.
        let count = header.transaction_count.saturating_add(1);
        let siblings = leaf.siblings.clone();
        verify_list(root, &leaf.item, &ListProof { index: leaf.index, count, siblings })?;
    }
    if !is_fault(genesis_hash, &header, &invalid.leaves) {
        return Err(CoreError::with(CODE, "nothing is wrong with these parts of the batch"));
    }
    let invalid = |why| CoreError::with(ErrorCode::SignatureInvalid, why);
    let author = validators
        .get(&header.author)
        .ok_or_else(|| invalid("the author of the batch is not a validator"))?;
    let message = batch::sign_bytes(genesis_hash, &digest);
    if ed25519::verify(&author.public_key, &message, signature) {
        Ok(())
    } else {
        Err(invalid("not the author's signature"))
    }
}

/// Whether these leaves of a batch cannot be what they should.
fn is_fault(genesis_hash: &Hash, header: &BatchHeader, leaves: &[PayloadLeaf]) -> bool {
    match leaves {
        [leaf] if leaf.index == 0 => match Table::split(&leaf.item) {
            Ok((table, _, [])) => table_fault(&table, header.transaction_count).is_some(),
            _ => true,
        },
        [leaf] => transaction::check(genesis_hash, &leaf.item).is_err(),
        [first, second] if first.index < second.index => {
            let Ok(later) = Envelope::parse(&second.item) else { return false };
            if first.index > 0 {
                return Envelope::parse(&first.item)
                    .is_ok_and(|earlier| earlier.id(genesis_hash) == later.id(genesis_hash));
            }
            Table::split(&first.item)
                .ok()
                .and_then(|(table, _, _)| table.slot_at(second.index - 1))
                .is_some_and(|slot| slot_fault(slot, later.slot()).is_some())
        }
        _ => false,
    }
}
