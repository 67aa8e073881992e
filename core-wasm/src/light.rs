//! What a light client does: believe an account or a transaction, given only
//! validators that it trusts.
#![forbid(unsafe_code)]

use crate::address::Address;
use crate::block::{self, EXECUTION_LAG};
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::hash::Hash;
use crate::merkle::{list_root, verify_list};
use crate::proto::{
    decode_canonical, AccountProof, Block, CertifiedBlock, ErrorCode, Header, Receipt,
    TransactionProof,
};
use crate::validators::Validators;
use crate::{batch, certificate, proof};
use prost::Message;

const CODE: ErrorCode = ErrorCode::ProofInvalid;
/// Of an encoded proof. The largest has two blocks, each with the certificate
/// that made it final. Decoding takes up to a hundred times these bytes.
pub const PROOF_BYTES_MAX: usize = 1024 * 1024;

fn invalid(why: &str) -> CoreError {
    CoreError::with(CODE, why)
}

fn decode<M: Message + Default>(bytes: &[u8]) -> CoreResult<M> {
    if bytes.len() > PROOF_BYTES_MAX {
        return Err(invalid("the proof is larger than 1 MiB"));
    }
    decode_canonical(bytes, CODE)
}

/// The block and header that the trusted validators made final.
fn certified<'a>(
    genesis_hash: &Hash,
    validators: &Validators,
    certified: Option<&'a CertifiedBlock>,
) -> CoreResult<(&'a Block, &'a Header)> {
    let certified = certified.ok_or_else(|| invalid("the certified block is missing"))?;
    let (Some(block), Some(certificate)) = (&certified.block, &certified.certificate) else {
        return Err(invalid("the block or its certificate is missing"));
    };
    let header = block.header.as_ref().ok_or_else(|| invalid("the header is missing"))?;
    block::check_header(header)?;
    if header.validators_hash != validators.hash() {
        return Err(invalid("the block belongs to other validators than the trusted ones"));
    }
    if certificate.height != header.height || certificate.block_id != block::id(header) {
        return Err(invalid("the certificate is of another block"));
    }
    certificate::check(genesis_hash, validators, certificate)?;
    Ok((block, header))
}

/// The encoded account in the state after `height - 2` of the proof's block, or
/// `None` where the proof shows that the address has no account. Errors:
/// `PROOF_INVALID`, `BLOCK_MALFORMED`, `CERTIFICATE_INVALID`,
/// `CERTIFICATE_POWER`.
pub fn verify_account_proof(
    genesis_hash: &Hash,
    validators: &Validators,
    address: &Address,
    bytes: &[u8],
) -> CoreResult<Option<Vec<u8>>> {
    let proof: AccountProof = decode(bytes)?;
    let (_, header) = certified(genesis_hash, validators, proof.certified.as_ref())?;
    let state_root = array(&header.state_root, "state_root", CODE)?;
    let state = proof.state.as_ref().ok_or_else(|| invalid("the state proof is missing"))?;
    let account = proof::verify_account(state_root, address, state)?;
    Ok(account.map(<[u8]>::to_vec))
}

/// That a transaction is in a final block; gives its encoded receipt, or `None`
/// where the proof carries none. Errors: as [`verify_account_proof`], and
/// `BATCH_MALFORMED`.
pub fn verify_transaction_proof(
    genesis_hash: &Hash,
    validators: &Validators,
    transaction_id: &Hash,
    bytes: &[u8],
) -> CoreResult<Option<Vec<u8>>> {
    let proof: TransactionProof = decode(bytes)?;
    let (block, header) = certified(genesis_hash, validators, proof.included.as_ref())?;
    verify_inclusion(block, header, transaction_id, &proof)?;
    match (&proof.executed, &proof.receipt, &proof.receipt_path) {
        (None, None, None) => Ok(None),
        (Some(executed), Some(receipt), Some(path)) => {
            let (_, after) = certified(genesis_hash, validators, Some(executed))?;
            // A header of this height was certified: heights stay far below 2^64.
            if header.height.checked_add(EXECUTION_LAG) != Some(after.height) {
                return Err(invalid("receipts are carried by the header two heights on"));
            }
            let root = array(&after.receipts_root, "receipts_root", CODE)?;
            verify_receipt(root, transaction_id, receipt, path).map(Some)
        }
        _ => Err(invalid("a receipt, its path and its block come together")),
    }
}

fn verify_inclusion(
    block: &Block,
    header: &Header,
    transaction_id: &Hash,
    proof: &TransactionProof,
) -> CoreResult<()> {
    if header.batch_root != list_root(&block.batches) {
        return Err(invalid("the batches are not those of the header"));
    }
    let digest = batch::digest(&proof.batch_header);
    if !block.batches.iter().any(|batch| *batch == digest) {
        return Err(invalid("the block does not name the batch"));
    }
    let batch = batch::decode_header(&proof.batch_header)?;
    let path =
        proof.transaction.as_ref().ok_or_else(|| invalid("the path in the batch is missing"))?;
    if path.count != batch.transaction_count {
        return Err(invalid("the path is for a batch of another size"));
    }
    let root = array(&batch.transactions_root, "transactions_root", CODE)?;
    verify_list(root, transaction_id, path)
}

fn verify_receipt(
    root: &Hash,
    transaction_id: &Hash,
    receipt: &Receipt,
    path: &crate::proto::ListProof,
) -> CoreResult<Vec<u8>> {
    if receipt.transaction_id != transaction_id {
        return Err(invalid("the receipt is of another transaction"));
    }
    let encoded = receipt.encode_to_vec();
    verify_list(root, &encoded, path)?;
    Ok(encoded)
}
