//! Entries of the write-ahead log: the inputs that must be fed again after a
//! crash. `kind (u8) | fields`; a timeout's `kind (u8) | round (u32)`, a
//! value's `height (u64) | round (u32) | valid round + 1 (u32) | proposer |
//! block id | valid (u8)`, the rest in the schema's encoding. Little endian.

use crate::consensus::codec::{self, VoteCertificate};
use crate::consensus::context::{Chain, Height, Value};
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::proto::ErrorCode;
use malachitebft_core_consensus::{Input, ProposedValue};
use malachitebft_core_types::{Round, Timeout, TimeoutKind, Validity, ValueOrigin};

const VOTE: u8 = 1;
const PROPOSAL: u8 = 2;
const VALUE: u8 = 3;
const TIMEOUT: u8 = 4;
const POLKA: u8 = 5;

const VALUE_BYTES: usize = 8 + 4 + 4 + 32 + 32 + 1;
const TIMEOUT_BYTES: usize = 5;

/// Encodes an input; none for those that are not logged.
pub fn encode(input: &Input<Chain>) -> Option<Vec<u8>> {
    let (kind, fields) = match input {
        Input::Vote(vote) => (VOTE, codec::encode_vote(vote)),
        Input::Proposal(proposal) => (PROPOSAL, codec::encode_proposal(proposal)),
        Input::ProposedValue(value, _) => (VALUE, encode_value(value)),
        Input::TimeoutElapsed(timeout) => (TIMEOUT, encode_timeout(timeout)?),
        Input::PolkaCertificate(certificate) => (POLKA, codec::encode_polka(certificate)),
        _ => return None,
    };
    let mut entry = Vec::with_capacity(1 + fields.len());
    entry.push(kind);
    entry.extend_from_slice(&fields);
    Some(entry)
}

/// Decodes an entry. Errors: `WAL_CORRUPT`.
pub fn decode(entry: &[u8], votes_max: usize) -> CoreResult<Input<Chain>> {
    let corrupt = || CoreError::with(ErrorCode::WalCorrupt, "an entry of the log cannot be read");
    let (kind, fields) = entry.split_first().ok_or_else(corrupt)?;
    let input = match *kind {
        VOTE => codec::decode_vote(fields).map(Input::Vote),
        PROPOSAL => codec::decode_proposal(fields).map(Input::Proposal),
        VALUE => {
            decode_value(fields).map(|value| Input::ProposedValue(value, ValueOrigin::Consensus))
        }
        TIMEOUT => decode_timeout(fields).map(Input::TimeoutElapsed),
        POLKA => match codec::decode_vote_certificate(fields, votes_max) {
            Ok(VoteCertificate::Polka(certificate)) => Ok(Input::PolkaCertificate(certificate)),
            _ => return Err(corrupt()),
        },
        _ => return Err(corrupt()),
    };
    input.map_err(|_| corrupt())
}

/// Small numbers for timeouts, as effects and entries carry them.
pub fn timeout_number(kind: TimeoutKind) -> u8 {
    match kind {
        TimeoutKind::Propose => 0,
        TimeoutKind::Prevote => 1,
        TimeoutKind::Precommit => 2,
        TimeoutKind::Rebroadcast => 3,
        TimeoutKind::FinalizeHeight(_) => 4,
    }
}

/// The inverse. A finalisation's own duration is not read any more when it elapses.
pub fn timeout_kind(number: u8) -> Option<TimeoutKind> {
    Some(match number {
        0 => TimeoutKind::Propose,
        1 => TimeoutKind::Prevote,
        2 => TimeoutKind::Precommit,
        3 => TimeoutKind::Rebroadcast,
        4 => TimeoutKind::FinalizeHeight(core::time::Duration::ZERO),
        _ => return None,
    })
}

fn encode_timeout(timeout: &Timeout) -> Option<Vec<u8>> {
    let mut fields = vec![timeout_number(timeout.kind)];
    fields.extend_from_slice(&timeout.round.as_u32()?.to_le_bytes());
    Some(fields)
}

fn malformed() -> CoreError {
    CoreError::new(ErrorCode::MessageMalformed)
}

fn decode_timeout(fields: &[u8]) -> CoreResult<Timeout> {
    let fields: &[u8; TIMEOUT_BYTES] = array(fields, "timeout", ErrorCode::MessageMalformed)?;
    let kind = timeout_kind(fields[0]).ok_or_else(malformed)?;
    Ok(Timeout::new(codec::round(u32_at(fields, 1))?, kind))
}

fn encode_value(value: &ProposedValue<Chain>) -> Vec<u8> {
    let mut fields = Vec::with_capacity(VALUE_BYTES);
    fields.extend_from_slice(&value.height.0.to_le_bytes());
    fields.extend_from_slice(&value.round.as_u32().unwrap_or(0).to_le_bytes());
    let valid_round_plus_one = value.valid_round.as_u32().map_or(0, |round| round + 1);
    fields.extend_from_slice(&valid_round_plus_one.to_le_bytes());
    fields.extend_from_slice(&value.proposer.0);
    fields.extend_from_slice(&value.value.0 .0);
    fields.push(u8::from(value.validity.is_valid()));
    fields
}

fn decode_value(fields: &[u8]) -> CoreResult<ProposedValue<Chain>> {
    let fields: &[u8; VALUE_BYTES] = array(fields, "value", ErrorCode::MessageMalformed)?;
    let height = u64::from(u32_at(fields, 0)) | u64::from(u32_at(fields, 4)) << 32;
    Ok(ProposedValue {
        height: Height(height),
        round: codec::round(u32_at(fields, 8))?,
        valid_round: match u32_at(fields, 12) {
            0 => Round::Nil,
            plus_one => codec::round(plus_one - 1)?,
        },
        proposer: codec::address(&fields[16..48])?,
        value: Value(codec::block_id(&fields[48..80])?),
        validity: Validity::from_bool(fields[80] == 1),
    })
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
