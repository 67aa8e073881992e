//! Formats, hashes, signatures and proofs for JavaScript.

use crate::buckets::{epoch_at, Buckets};
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::genesis::Genesis;
use crate::hash::{Hash, Hashes};
use crate::proto::{ErrorCode, ListProof, Parameters};
use crate::validators::Validators;
use crate::{
    address, batch, block, certificate, ed25519, ledger, light, merkle, transaction, vote,
};
use prost::Message;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsValue;

type JsResult<T> = Result<T, JsValue>;

/// Of `verifySignatures`, whose coefficients come from what is verified.
const SEED: [u8; 32] = [0; 32];

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::MessageMalformed, why)
}

fn hash_arg<'a>(bytes: &'a [u8], what: &str) -> CoreResult<&'a Hash> {
    array(bytes, what, ErrorCode::MessageMalformed)
}

fn address_arg(bytes: &[u8]) -> CoreResult<&address::Address> {
    array(bytes, "address", ErrorCode::AddressMalformed)
}

/// The items that stand one behind the other, and nothing else, in `bytes`.
fn items<'a>(mut bytes: &'a [u8], lengths: &[u32]) -> CoreResult<Vec<&'a [u8]>> {
    let mut items = Vec::with_capacity(lengths.len());
    for length in lengths {
        let (item, rest) = bytes
            .split_at_checked(*length as usize)
            .ok_or_else(|| malformed("the lengths sum to more than there is"))?;
        items.push(item);
        bytes = rest;
    }
    if bytes.is_empty() {
        Ok(items)
    } else {
        Err(malformed("the lengths sum to less than there is"))
    }
}

/// `BLAKE3(0x10 | genesis hash | sender | body)`.
#[wasm_bindgen(js_name = transactionId)]
pub fn transaction_id(genesis_hash: &[u8], sender: &[u8], body: &[u8]) -> JsResult<Vec<u8>> {
    Ok(transaction::id(hash_arg(genesis_hash, "genesis hash")?, address_arg(sender)?, body)
        .to_vec())
}

/// What the sender of the transaction with that id signs.
#[wasm_bindgen(js_name = transactionSignBytes)]
pub fn transaction_sign_bytes(id: &[u8]) -> JsResult<Vec<u8>> {
    Ok(transaction::sign_bytes(hash_arg(id, "transaction id")?).to_vec())
}

/// Checks everything that needs no state; gives the id. Throws 1xx and NONCE_TOO_FAR.
#[wasm_bindgen(js_name = checkTransaction)]
pub fn check_transaction(genesis_hash: &[u8], envelope: &[u8]) -> JsResult<Vec<u8>> {
    Ok(transaction::check(hash_arg(genesis_hash, "genesis hash")?, envelope)?.id.to_vec())
}

/// The text form of an address.
#[wasm_bindgen(js_name = addressEncode)]
pub fn address_encode(address: &[u8]) -> JsResult<String> {
    Ok(address::encode(address_arg(address)?))
}

/// The 32 bytes behind a text. Throws ADDRESS_MALFORMED.
#[wasm_bindgen(js_name = addressDecode)]
pub fn address_decode(text: &str) -> JsResult<Vec<u8>> {
    Ok(address::decode(text)?.to_vec())
}

/// The slot (0..=255) of an address.
#[wasm_bindgen(js_name = slotOf)]
pub fn slot_of(address: &[u8]) -> JsResult<u8> {
    Ok(address::slot_of(address_arg(address)?))
}

/// The address of a system account, such as "fees".
#[wasm_bindgen(js_name = systemAccount)]
pub fn system_account(name: &str) -> Vec<u8> {
    address::system_account(name).to_vec()
}

/// The hash of an encoded `Genesis`, once it is right. Throws GENESIS_INVALID.
#[wasm_bindgen(js_name = genesisHash)]
pub fn genesis_hash(genesis: &[u8]) -> JsResult<Vec<u8>> {
    Ok(Genesis::parse_head(genesis)?.hash.to_vec())
}

/// The id of the block with that encoded header. Throws BLOCK_MALFORMED.
#[wasm_bindgen(js_name = blockId)]
pub fn block_id(header: &[u8]) -> JsResult<Vec<u8>> {
    block::decode_header(header)?;
    Ok(block::id_of_encoded(header).to_vec())
}

/// Checks an encoded `Block` in itself; gives its id. Throws BLOCK_MALFORMED.
#[wasm_bindgen(js_name = checkBlock)]
pub fn check_block(block: &[u8], batches_max: u32) -> JsResult<Vec<u8>> {
    Ok(block::decode(block, batches_max)?.1.to_vec())
}

/// The digest of the batch with that encoded header. Throws BATCH_MALFORMED.
#[wasm_bindgen(js_name = batchDigest)]
pub fn batch_digest(header: &[u8]) -> JsResult<Vec<u8>> {
    batch::decode_header(header)?;
    Ok(batch::digest(header).to_vec())
}

/// What the author of a batch signs.
#[wasm_bindgen(js_name = batchSignBytes)]
pub fn batch_sign_bytes(genesis_hash: &[u8], digest: &[u8]) -> JsResult<Vec<u8>> {
    let genesis_hash = hash_arg(genesis_hash, "genesis hash")?;
    Ok(batch::sign_bytes(genesis_hash, hash_arg(digest, "batch digest")?).to_vec())
}

/// The encoded `BatchHeader` of a payload. Throws BATCH_MALFORMED.
#[wasm_bindgen(js_name = batchHeader)]
pub fn batch_header(
    genesis_hash: &[u8],
    author: &[u8],
    sequence: u64,
    valid_until: u64,
    payload: &[u8],
) -> JsResult<Vec<u8>> {
    let (genesis_hash, author) = (hash_arg(genesis_hash, "genesis hash")?, address_arg(author)?);
    let header = batch::header_of(genesis_hash, author, sequence, valid_until, payload)?;
    Ok(header.encode_to_vec())
}

/// One payload with the transactions of all; of several with transactions of
/// one slot, in the order given. Empty payloads add nothing. Throws BATCH_MALFORMED.
#[wasm_bindgen(js_name = mergePayloads)]
pub fn merge_payloads(payloads: &[u8], lengths: &[u32]) -> JsResult<Vec<u8>> {
    let mut builder = batch::PayloadBuilder::new();
    for payload in items(payloads, lengths)? {
        if !payload.is_empty() {
            builder.append(&batch::Payload::parse(payload)?);
        }
    }
    Ok(builder.finish())
}

/// The ids (32 bytes each) of a payload's transactions. Throws BATCH_MALFORMED.
#[wasm_bindgen(js_name = payloadIds)]
pub fn payload_ids(genesis_hash: &[u8], payload: &[u8]) -> JsResult<Vec<u8>> {
    let ids = batch::Payload::parse(payload)?.ids(hash_arg(genesis_hash, "genesis hash")?)?;
    Ok(ids.concat())
}

/// The envelope at that position of a payload; undefined beyond the end.
/// Throws BATCH_MALFORMED.
#[wasm_bindgen(js_name = payloadEnvelope)]
pub fn payload_envelope(payload: &[u8], index: u32) -> JsResult<Option<Vec<u8>>> {
    let found = batch::Payload::parse(payload)?.envelope(index)?;
    Ok(found.map(|envelope| envelope.bytes().to_vec()))
}

/// What the validator of an encoded `Vote` signs. Throws MESSAGE_MALFORMED.
#[wasm_bindgen(js_name = voteSignBytes)]
pub fn vote_sign_bytes(genesis_hash: &[u8], vote: &[u8]) -> JsResult<Vec<u8>> {
    let genesis_hash = hash_arg(genesis_hash, "genesis hash")?;
    Ok(vote::vote_sign_bytes(genesis_hash, &vote::decode_vote(vote)?))
}

/// What the proposer of an encoded `Proposal` signs. Throws MESSAGE_MALFORMED.
#[wasm_bindgen(js_name = proposalSignBytes)]
pub fn proposal_sign_bytes(genesis_hash: &[u8], proposal: &[u8]) -> JsResult<Vec<u8>> {
    let genesis_hash = hash_arg(genesis_hash, "genesis hash")?;
    Ok(vote::proposal_sign_bytes(genesis_hash, &vote::decode_proposal(proposal)?))
}

/// The base fee after that of the parent, by the encoded `Parameters` and the
/// gas that the new header carries.
#[wasm_bindgen(js_name = baseFeeAfter)]
pub fn base_fee_after(parameters: &[u8], parent: u64, gas_used: u64) -> JsResult<u64> {
    let parameters = Parameters::decode(parameters)
        .map_err(|_| CoreError::with(ErrorCode::GenesisInvalid, "not Parameters"))?;
    Ok(ledger::base_fee_after(&parameters, parent, gas_used))
}

/// `BLAKE3(domain | bytes)`.
#[wasm_bindgen(js_name = hashOf)]
pub fn hash_of(domain: u8, bytes: &[u8]) -> Vec<u8> {
    blake3::Hasher::new().update(&[domain]).update(bytes).finalize().as_bytes().to_vec()
}

/// `BLAKE3(item)`, 32 bytes, of each of the items that stand one behind the other.
#[wasm_bindgen(js_name = hashesOf)]
pub fn hashes_of(concatenated: &[u8], lengths: &[u32]) -> JsResult<Vec<u8>> {
    let items = items(concatenated, lengths)?;
    let mut hashes = Hashes::with_capacity(items.len());
    items.into_iter().for_each(|item| hashes.push_bare(item));
    Ok(hashes.get().concat())
}

/// Root of the list tree over items that stand one behind the other.
#[wasm_bindgen(js_name = listRoot)]
pub fn list_root(concatenated: &[u8], lengths: &[u32]) -> JsResult<Vec<u8>> {
    Ok(merkle::list_root(items(concatenated, lengths)?).to_vec())
}

/// The encoded `ListProof` of one of the items. Throws PROOF_INVALID beyond the end.
#[wasm_bindgen(js_name = listProof)]
pub fn list_proof(concatenated: &[u8], lengths: &[u32], index: u32) -> JsResult<Vec<u8>> {
    let items = items(concatenated, lengths)?;
    let proof = merkle::list_proof(&items, index as usize).ok_or_else(|| {
        CoreError::with(ErrorCode::ProofInvalid, "the index lies beyond the list")
    })?;
    Ok(proof.encode_to_vec())
}

/// Checks that an item stands in the list of that root. Throws PROOF_INVALID.
#[wasm_bindgen(js_name = verifyListProof)]
pub fn verify_list_proof(root: &[u8], item: &[u8], proof: &[u8]) -> JsResult<()> {
    let proof: ListProof = crate::proto::decode_canonical(proof, ErrorCode::ProofInvalid)?;
    Ok(merkle::verify_list(hash_arg(root, "root")?, item, &proof)?)
}

/// Whether a signature is valid; false too where a length is wrong.
#[wasm_bindgen(js_name = verifySignature)]
pub fn verify_signature(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    match (public_key.try_into(), signature.try_into()) {
        (Ok(public_key), Ok(signature)) => ed25519::verify(public_key, message, signature),
        _ => false,
    }
}

/// One byte per signature: 1 valid, 0 not. Throws MESSAGE_MALFORMED where the
/// four arguments are not of one number of signatures.
#[wasm_bindgen(js_name = verifySignatures)]
pub fn verify_signatures(
    public_keys: &[u8],
    messages: &[u8],
    lengths: &[u32],
    signatures: &[u8],
) -> JsResult<Vec<u8>> {
    let messages = items(messages, lengths)?;
    let ((keys, keys_rest), (signatures, signatures_rest)) =
        (public_keys.as_chunks::<32>(), signatures.as_chunks::<64>());
    let rest = keys_rest.len() + signatures_rest.len();
    if rest != 0 || keys.len() != messages.len() || signatures.len() != messages.len() {
        return Err(malformed("one key, one message and one signature each").into());
    }
    let checks: Vec<_> = keys
        .iter()
        .zip(messages)
        .zip(signatures)
        .map(|((public_key, message), signature)| ed25519::Check { public_key, message, signature })
        .collect();
    Ok(ed25519::verify_batch(&checks, &SEED).into_iter().map(u8::from).collect())
}

/// First, then second authors of the 256 buckets in the epoch of a height:
/// indexes (u16) among the set's addresses in ascending order.
#[wasm_bindgen(js_name = bucketAuthors)]
pub fn bucket_authors(genesis_hash: &[u8], validators: &[u8], height: u64) -> JsResult<Vec<u8>> {
    let validators = Validators::parse(validators)?;
    let buckets = Buckets::new(hash_arg(genesis_hash, "genesis hash")?, &validators);
    Ok(buckets.table(epoch_at(height)))
}

/// Mixes randomness of the host into what batches of signatures are checked
/// with, in this instance from now on.
#[wasm_bindgen(js_name = addEntropy)]
pub fn add_entropy(entropy: &[u8]) {
    ed25519::add_entropy(entropy);
}

/// What checks batches of signatures in this instance: "fma"; "integer" where
/// the artefact or the machine has no fused multiply-add; "distrusted" for
/// integers after the two contradicted each other.
#[wasm_bindgen(js_name = signatureBackend)]
pub fn signature_backend() -> String {
    ed25519::backend().name().into()
}

/// Checks an encoded `CommitCertificate` against an encoded `ValidatorSet`.
/// Throws MESSAGE_MALFORMED, CERTIFICATE_INVALID, CERTIFICATE_POWER.
#[wasm_bindgen(js_name = verifyCommitCertificate)]
pub fn verify_commit_certificate(
    genesis_hash: &[u8],
    validator_set: &[u8],
    certificate: &[u8],
) -> JsResult<()> {
    let genesis_hash = hash_arg(genesis_hash, "genesis hash")?;
    let validators = Validators::parse(validator_set)?;
    certificate::decode_and_check(genesis_hash, &validators, certificate)?;
    Ok(())
}

/// The encoded `Account` that an encoded `AccountProof` proves; undefined where
/// it proves that there is none. Throws MESSAGE_MALFORMED, PROOF_INVALID,
/// BLOCK_MALFORMED, CERTIFICATE_INVALID, CERTIFICATE_POWER.
#[wasm_bindgen(js_name = verifyAccountProof)]
pub fn verify_account_proof(
    genesis_hash: &[u8],
    validator_set: &[u8],
    address: &[u8],
    proof: &[u8],
) -> JsResult<Option<Vec<u8>>> {
    let genesis_hash = hash_arg(genesis_hash, "genesis hash")?;
    let validators = Validators::parse(validator_set)?;
    Ok(light::verify_account_proof(genesis_hash, &validators, address_arg(address)?, proof)?)
}

/// The encoded `Receipt` that an encoded `TransactionProof` proves, empty where
/// it proves inclusion alone. Throws as `verifyAccountProof`, and BATCH_MALFORMED.
#[wasm_bindgen(js_name = verifyTransactionProof)]
pub fn verify_transaction_proof(
    genesis_hash: &[u8],
    validator_set: &[u8],
    transaction_id: &[u8],
    proof: &[u8],
) -> JsResult<Vec<u8>> {
    let genesis_hash = hash_arg(genesis_hash, "genesis hash")?;
    let validators = Validators::parse(validator_set)?;
    let id = hash_arg(transaction_id, "transaction id")?;
    let receipt = light::verify_transaction_proof(genesis_hash, &validators, id, proof)?;
    Ok(receipt.unwrap_or_default())
}

/// The public key of a 32-byte seed. Throws KEY_MALFORMED.
#[wasm_bindgen(js_name = publicKeyOf)]
pub fn public_key_of(seed: &[u8]) -> JsResult<Vec<u8>> {
    Ok(ed25519::public_key_of(array(seed, "seed", ErrorCode::KeyMalformed)?).to_vec())
}

/// Signs with a 32-byte seed, for tests and tools. Throws KEY_MALFORMED.
#[wasm_bindgen(js_name = signWith)]
pub fn sign_with(seed: &[u8], message: &[u8]) -> JsResult<Vec<u8>> {
    Ok(ed25519::sign_with(array(seed, "seed", ErrorCode::KeyMalformed)?, message).to_vec())
}
