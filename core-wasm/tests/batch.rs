//! Batches: one layout, and a header that cannot say anything else.

mod common;
use common::{payload, seed, sign_batch, signed_batch, transactions, GENESIS_HASH};
use proptest::prelude::*;
use prost::Message;
use rustorium_core::batch::*;
use rustorium_core::ed25519::public_key_of;
use rustorium_core::invalid_batch::Refusal;
use rustorium_core::proto::{Batch, ErrorCode};
use rustorium_core::transaction::Envelope;

const BYTES_MAX: u32 = 1 << 20;

fn check(bytes: &[u8]) -> Result<Vec<[u8; 32]>, Refusal> {
    BatchView::parse(bytes)?.check(&GENESIS_HASH, &public_key_of(&seed(1000)), BYTES_MAX)
}

fn code(bytes: &[u8]) -> ErrorCode {
    check(bytes).unwrap_err().error.code
}

#[test]
fn a_batch_gives_its_ids_in_payload_order() {
    let envelopes = transactions(60);
    let payload = payload(&envelopes);
    let bytes = signed_batch(1000, payload.clone());
    let view = BatchView::parse(&bytes).unwrap();
    assert_eq!(view.payload, payload);
    assert_eq!(view.author, public_key_of(&seed(1000)));
    let ids = check(&bytes).unwrap();
    let parsed = Payload::parse(&payload).unwrap();
    assert_eq!(parsed.count(), 60);
    let expected: Vec<_> =
        parsed.envelopes().map(|envelope| envelope.unwrap().id(&GENESIS_HASH)).collect();
    assert_eq!(ids, expected);
    let slots: Vec<u8> = parsed.envelopes().map(|envelope| envelope.unwrap().slot()).collect();
    assert!(slots.is_sorted());
    for (index, expected) in parsed.envelopes().enumerate() {
        let found = parsed.envelope(index as u32).unwrap().unwrap();
        assert_eq!(found.bytes(), expected.unwrap().bytes());
    }
    assert!(parsed.envelope(60).unwrap().is_none());
}

#[test]
fn a_section_is_found_by_its_slot() {
    let envelopes = transactions(60);
    let payload = payload(&envelopes);
    let parsed = Payload::parse(&payload).unwrap();
    for slot in 0u8..=255 {
        let expected: Vec<&[u8]> = envelopes
            .iter()
            .filter(|bytes| Envelope::parse(bytes).unwrap().slot() == slot)
            .map(Vec::as_slice)
            .collect();
        let found: Vec<&[u8]> = parsed
            .section(slot)
            .iter()
            .flat_map(Section::envelopes)
            .map(|envelope| envelope.unwrap().bytes())
            .collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn payloads_of_shards_merge_into_the_payload_of_all() {
    let envelopes = transactions(60);
    let whole = payload(&envelopes);
    let (low, high): (Vec<_>, Vec<_>) =
        envelopes.into_iter().partition(|bytes| Envelope::parse(bytes).unwrap().slot() < 128);
    let mut builder = PayloadBuilder::new();
    for part in [payload(&high), payload(&low)] {
        builder.append(&Payload::parse(&part).unwrap());
    }
    assert_eq!(builder.len(), whole.len());
    assert_eq!(builder.finish(), whole);
}

#[test]
fn the_builder_foretells_its_length() {
    let mut builder = PayloadBuilder::new();
    for bytes in transactions(30) {
        let slot = Envelope::parse(&bytes).unwrap().slot();
        let foretold = builder.len_with(slot, bytes.len());
        builder.push(slot, &bytes);
        assert_eq!(builder.len(), foretold);
    }
    assert_eq!(builder.clone().finish().len(), builder.len());
    assert!(PayloadBuilder::new().finish().is_empty());
}

/// A payload with the table and area given.
fn raw(entries: &[(u8, u32, u32)], area: &[u8]) -> Vec<u8> {
    let mut bytes = (entries.len() as u16).to_le_bytes().to_vec();
    for (slot, count, offset) in entries {
        bytes.push(*slot);
        bytes.extend(count.to_le_bytes());
        bytes.extend(offset.to_le_bytes());
    }
    bytes.extend(area);
    bytes
}

/// Name, table and area.
type Wrong = (&'static str, Vec<(u8, u32, u32)>, Vec<u8>);

#[test]
fn a_table_is_exact() {
    let mut by_slot = transactions(3);
    by_slot.sort_by_key(|bytes| Envelope::parse(bytes).unwrap().slot());
    let slots: Vec<u8> =
        by_slot.iter().map(|bytes| Envelope::parse(bytes).unwrap().slot()).collect();
    let area = by_slot.concat();
    let (one, two) = (by_slot[0].len() as u32, (by_slot[0].len() + by_slot[1].len()) as u32);
    let right = [(slots[0], 1, 0), (slots[1], 1, one), (slots[2], 1, two)];
    assert_eq!(raw(&right, &area), payload(&by_slot));
    let wrong: Vec<Wrong> = vec![
        ("no slot", vec![], area.clone()),
        ("first offset", vec![(slots[0], 1, 1), right[1], right[2]], area.clone()),
        (
            "byte in front",
            vec![(slots[0], 1, 1), (slots[1], 1, one + 1), (slots[2], 1, two + 1)],
            [&[0], &area[..]].concat(),
        ),
        ("gap", vec![right[0], (slots[1], 1, one + 1), right[2]], area.clone()),
        ("overlap", vec![right[0], (slots[1], 1, one - 1), right[2]], area.clone()),
        ("offsets descend", vec![right[0], (slots[1], 1, two), (slots[2], 1, one)], area.clone()),
        ("offset beyond", vec![right[0], right[1], (slots[2], 1, u32::MAX)], area.clone()),
        ("slots descend", vec![(slots[1], 1, 0), (slots[0], 1, one), right[2]], area.clone()),
        ("slot twice", vec![right[0], (slots[0], 1, one), right[2]], area.clone()),
        ("empty section", vec![(slots[0], 0, 0), right[1], right[2]], area.clone()),
        ("count beyond", vec![right[0], right[1], (slots[2], 2, two)], area.clone()),
        ("count huge", vec![right[0], right[1], (slots[2], u32::MAX, two)], area.clone()),
        ("byte behind", right.to_vec(), [&area[..], &[0]].concat()),
        ("byte missing", right.to_vec(), area[..area.len() - 1].to_vec()),
        (
            "other slot",
            vec![(slots[0], 1, 0), right[1], (slots[2].wrapping_add(1), 1, two)],
            area.clone(),
        ),
        ("two in one", vec![(slots[0], 2, 0), (slots[2], 1, two)], area.clone()),
    ];
    for (name, table, area) in wrong {
        let bytes = raw(&table, &area);
        let answer = Payload::parse(&bytes).and_then(|payload| payload.ids(&GENESIS_HASH));
        assert_eq!(answer.unwrap_err().code, ErrorCode::BatchMalformed, "{name}");
    }
    assert!(Payload::parse(&raw(&[(0, 1, 0); 257], &area)).is_err());
    assert!(Payload::parse(&[]).is_err());
}

#[test]
fn a_transaction_is_not_in_a_batch_twice() {
    let mut envelopes = transactions(3);
    envelopes.push(envelopes[0].clone());
    let bytes = payload(&envelopes);
    let answer = header_of(&GENESIS_HASH, &[1; 32], 1, 50, &bytes);
    assert_eq!(answer.unwrap_err().code, ErrorCode::BatchMalformed);
}

#[test]
fn a_header_of_another_payload_is_a_mismatch() {
    use ErrorCode::*;
    let payload = payload(&transactions(5));
    let header = header_of(&GENESIS_HASH, &public_key_of(&seed(1000)), 1, 50, &payload).unwrap();
    let with = |change: fn(&mut rustorium_core::proto::BatchHeader)| {
        let mut header = header.clone();
        change(&mut header);
        code(&sign_batch(1000, header, payload.clone()))
    };
    assert_eq!(with(|h| h.payload_bytes += 1), BatchMismatch);
    assert_eq!(with(|h| h.payload_root[0] ^= 1), BatchMismatch);
    assert_eq!(with(|h| h.transaction_count += 1), BatchMismatch);
    assert_eq!(with(|h| h.transactions_root[0] ^= 1), BatchMismatch);
    assert_eq!(with(|h| h.sequence = 0), BatchMalformed);
    assert_eq!(with(|h| h.valid_until = 0), BatchMalformed);
    assert_eq!(with(|h| h.transaction_count = 0), BatchMalformed);
    assert_eq!(with(|h| h.author.truncate(31)), BatchMalformed);
    assert_eq!(with(|h| h.transactions_root.push(0)), BatchMalformed);
    assert_eq!(code(&sign_batch(1001, header.clone(), payload.clone())), SignatureInvalid);
    let bytes = sign_batch(1000, header, payload.clone());
    let small = BatchView::parse(&bytes).unwrap();
    let answer = small.check(&GENESIS_HASH, &public_key_of(&seed(1000)), payload.len() as u32 - 1);
    assert_eq!(answer.unwrap_err().error.code, BatchMalformed);
}

#[test]
fn a_batch_of_another_chain_is_refused() {
    let bytes = signed_batch(1000, payload(&transactions(5)));
    let view = BatchView::parse(&bytes).unwrap();
    let answer = view.check(&[1; 32], &public_key_of(&seed(1000)), BYTES_MAX);
    assert_eq!(answer.unwrap_err().error.code, ErrorCode::SignatureInvalid);
}

#[test]
fn the_view_takes_the_canonical_encoding_alone() {
    let bytes = signed_batch(1000, payload(&transactions(5)));
    let decoded = Batch::decode(&bytes[..]).unwrap();
    let view = BatchView::parse(&bytes).unwrap();
    assert_eq!(decoded.header.unwrap(), view.header);
    assert_eq!((&decoded.signature[..], &decoded.payload[..]), (&view.signature[..], view.payload));
    assert!(BatchView::parse(&[&bytes[..], &[0x22, 0]].concat()).is_err());
    for length in 0..bytes.len() {
        assert!(BatchView::parse(&bytes[..length]).is_err(), "{length}");
    }
    // The header's length in one byte more than needed.
    let length = bytes[1];
    assert_eq!(length >> 7, 0);
    let longer = [&[bytes[0], length | 0x80, 0], &bytes[2..]].concat();
    assert_eq!(Batch::decode(&longer[..]).unwrap(), Batch::decode(&bytes[..]).unwrap());
    assert!(BatchView::parse(&longer).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_payload_is_answered(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(payload) = Payload::parse(&bytes) {
            let _ = payload.ids(&GENESIS_HASH);
            let _ = payload.envelope(3);
        }
        let _ = BatchView::parse(&bytes);
    }

    #[test]
    fn a_changed_byte_is_noticed(at: prop::sample::Index, by in 1u8..=255) {
        let mut bytes = signed_batch(1000, payload(&transactions(4)));
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        prop_assert!(check(&bytes).is_err());
    }

    #[test]
    fn a_changed_table_is_refused_or_another_payload(at in 0usize..38, to: u8) {
        let right = payload(&transactions(4));
        let mut changed = right.clone();
        prop_assume!(changed[at] != to);
        changed[at] = to;
        // Nothing but the one layout may stand for the same transactions.
        let answer = Payload::parse(&changed).and_then(|payload| payload.ids(&GENESIS_HASH));
        prop_assert!(answer.is_err());
    }
}
