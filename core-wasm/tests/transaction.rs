//! Transactions: every refusal has its code, and nothing has two encodings.

mod common;
use common::{body, seed, transfer, GENESIS_HASH};
use proptest::prelude::*;
use prost::Message;
use rustorium_core::ed25519::public_key_of;
use rustorium_core::proto::*;
use rustorium_core::transaction::*;

fn refusal(change: impl FnOnce(&mut TransactionBody)) -> ErrorCode {
    let mut changed = body(7);
    change(&mut changed);
    let envelope = sign(&seed(1), &GENESIS_HASH, &changed);
    check(&GENESIS_HASH, &envelope).unwrap_err().code
}

/// A signed envelope around bytes that need not be a body.
fn around(bytes: &[u8]) -> Vec<u8> {
    let sender = public_key_of(&seed(1));
    let id = id(&GENESIS_HASH, &sender, bytes);
    encode(&sender, &rustorium_core::ed25519::sign_with(&seed(1), &sign_bytes(&id)), bytes)
}

fn refusal_of_bytes(bytes: &[u8]) -> ErrorCode {
    check(&GENESIS_HASH, &around(bytes)).unwrap_err().code
}

#[test]
fn a_right_transaction_passes_with_its_figures() {
    let envelope = sign(&seed(1), &GENESIS_HASH, &body(7));
    let checked = check(&GENESIS_HASH, &envelope).unwrap();
    let (expected, checked_body) = (body(7), checked.checked);
    let prices = (checked_body.gas_limit, checked_body.max_fee, checked_body.tip);
    assert_eq!(prices, (expected.gas_limit, expected.max_fee, expected.tip));
    let place = (checked_body.lane, checked_body.nonce, checked_body.valid_until);
    assert_eq!(place, (expected.lane, expected.nonce, expected.valid_until));
    assert_eq!((checked_body.fee_max, checked_body.amounts, checked_body.actions), (5000, 10, 1));
    let transfers = checked_body.transfers().map(|(to, amount)| transfer(to, amount));
    assert_eq!(transfers.collect::<Vec<_>>(), expected.actions);
    assert_eq!(checked.envelope.sender(), &public_key_of(&seed(1)));
    assert_eq!(checked.envelope.bytes(), envelope);
}

#[test]
fn every_fault_of_a_body_has_its_code() {
    use ErrorCode::*;
    assert_eq!(refusal(|b| b.chain_tag ^= 1), WrongChain);
    assert_eq!(refusal(|b| b.fee_payer = vec![1]), FeePayerReserved);
    assert_eq!(refusal(|b| b.memo = vec![1; 257]), MemoTooLong);
    assert_eq!(refusal(|b| b.actions.clear()), ActionsCount);
    assert_eq!(refusal(|b| b.actions = vec![transfer(&[3; 32], 1); 17]), ActionsCount);
    assert_eq!(refusal(|b| b.valid_until = 0), Expired);
    assert_eq!(refusal(|b| b.nonce = u64::MAX), NonceTooFar);
    assert_eq!(refusal(|b| b.tip = b.max_fee + 1), FeeTooLow);
    assert_eq!(refusal(|b| b.actions = vec![transfer(&[3; 31], 1)]), AddressMalformed);
    assert_eq!(refusal(|b| b.actions = vec![transfer(&[3; 33], 1)]), AddressMalformed);
    assert_eq!(refusal(|b| b.actions = vec![transfer(&[3; 32], 0)]), AmountZero);
    assert_eq!(refusal(|b| b.actions = vec![Action { kind: None }]), UnknownAction);
}

#[test]
fn sums_end_at_the_largest_supply() {
    let half = AMOUNT_MAX / 2;
    let amounts = |second: u64| {
        move |b: &mut TransactionBody| {
            b.actions = vec![transfer(&[3; 32], half), transfer(&[3; 32], second)];
        }
    };
    assert_eq!(refusal(amounts(half + 2)), ErrorCode::AmountOverflow);
    assert_eq!(refusal(amounts(u64::MAX)), ErrorCode::AmountOverflow);
    let fee = |gas: u64, price: u64| {
        move |b: &mut TransactionBody| {
            (b.gas_limit, b.max_fee) = (gas, price);
        }
    };
    assert_eq!(refusal(fee(1 << 32, 1 << 31)), ErrorCode::AmountOverflow);
    assert_eq!(refusal(fee(u64::MAX, u64::MAX)), ErrorCode::AmountOverflow);

    let mut most = body(0);
    amounts(half + 1)(&mut most);
    fee(AMOUNT_MAX, 1)(&mut most);
    let envelope = sign(&seed(1), &GENESIS_HASH, &most);
    let checked = check(&GENESIS_HASH, &envelope).unwrap().checked;
    assert_eq!(checked.fee_max.checked_add(checked.amounts), Some(u64::MAX - 1));
}

#[test]
fn limits_themselves_pass() {
    let mut full = body(u64::MAX - 1);
    full.memo = vec![1; MEMO_BYTES_MAX];
    full.actions = vec![transfer(&[3; 32], 1); ACTIONS_MAX];
    full.tip = full.max_fee;
    assert!(check(&GENESIS_HASH, &sign(&seed(1), &GENESIS_HASH, &full)).is_ok());
}

#[test]
fn other_encodings_of_a_body_are_refused() {
    use ErrorCode::*;
    let right = body(7).encode_to_vec();
    let with = |tail: &[u8]| [&right[..], tail].concat();
    for (tail, code) in [
        (&[0x50, 0][..], TransactionMalformed), // fee_payer as a varint
        (&[0x52, 0], BodyNotCanonical),         // fee_payer, empty
        (&[0x10, 1], BodyNotCanonical),         // lane again, and out of order
        (&[0x58, 1], BodyNotCanonical),         // an unknown field
        (&[0], TransactionMalformed),           // no field at all
        (&[0x4a, 0], UnknownAction),            // an action without kind
        (&[0x4a, 2, 0x12, 0], UnknownAction),   // an action of a later protocol
        (&[0x4a, 4, 0x0a, 0, 0x12, 0], BodyNotCanonical), // an action with something behind
    ] {
        assert_eq!(refusal_of_bytes(&with(tail)), code, "{tail:x?}");
    }
    // nonce 7 in two bytes
    let at = right.windows(2).position(|pair| pair == [0x18, 7]).unwrap();
    let longer = [&right[..at], &[0x18, 0x87, 0], &right[at + 2..]].concat();
    assert_eq!(refusal_of_bytes(&longer), BodyNotCanonical);
    // an explicit default
    let zero = [&right[..at], &[0x18, 0], &right[at + 2..]].concat();
    assert_eq!(refusal_of_bytes(&zero), BodyNotCanonical);
    assert_eq!(refusal_of_bytes(&[]), WrongChain);
    // groups are of proto2
    assert_ne!(check_body(0, &[0x5b, 0x5c]).unwrap_err().code, WrongChain);
}

#[test]
fn the_layout_of_an_envelope_is_exact() {
    use ErrorCode::*;
    let right = sign(&seed(1), &GENESIS_HASH, &body(7));
    for length in 0..right.len() {
        assert_eq!(Envelope::parse(&right[..length]).unwrap_err().code, TransactionMalformed);
    }
    assert_eq!(
        Envelope::parse(&[&right[..], &[0]].concat()).unwrap_err().code,
        TransactionMalformed
    );
    let largest = encode(&[1; 32], &[2; 64], &vec![3; ENVELOPE_BYTES_MAX - ENVELOPE_HEADER]);
    assert_eq!(largest.len(), ENVELOPE_BYTES_MAX);
    assert!(Envelope::parse(&largest).is_ok());
    let larger = encode(&[1; 32], &[2; 64], &vec![3; ENVELOPE_BYTES_MAX - ENVELOPE_HEADER + 1]);
    assert_eq!(Envelope::parse(&larger).unwrap_err().code, TransactionTooLarge);
    let mut lying = right.clone();
    lying[96..100].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(Envelope::parse(&lying).unwrap_err().code, TransactionTooLarge);
}

#[test]
fn a_signature_binds_chain_sender_and_body() {
    let envelope = sign(&seed(1), &GENESIS_HASH, &body(7));
    for at in [5, 40, 90] {
        let mut changed = envelope.clone();
        changed[at] ^= 1;
        let code = check(&GENESIS_HASH, &changed).unwrap_err().code;
        assert!(matches!(code, ErrorCode::SignatureInvalid | ErrorCode::KeyMalformed), "{at}");
    }
    // Another chain with the same tag.
    let mut other = GENESIS_HASH;
    other[31] ^= 1;
    assert_eq!(check(&other, &envelope).unwrap_err().code, ErrorCode::SignatureInvalid);
    let no_point = encode(&[2; 32], &[0; 64], &body(7).encode_to_vec());
    assert_eq!(check(&GENESIS_HASH, &no_point).unwrap_err().code, ErrorCode::KeyMalformed);
}

#[test]
fn two_senders_of_one_body_have_two_ids() {
    let bytes = body(7).encode_to_vec();
    assert_ne!(id(&GENESIS_HASH, &[1; 32], &bytes), id(&GENESIS_HASH, &[2; 32], &bytes));
}

#[test]
fn signatures_are_judged_one_by_one() {
    let envelopes = common::transactions(40);
    let mut bad = envelopes.clone();
    bad[13][50] ^= 1;
    let views: Vec<_> = bad
        .iter()
        .map(|bytes| Envelope::parse(bytes).unwrap())
        .map(|envelope| (envelope, envelope.id(&GENESIS_HASH)))
        .collect();
    let verdicts = find_unsigned(&views, &[0; 32], usize::MAX);
    assert_eq!((verdicts.bad, verdicts.judged), (vec![13], 40));
    assert_eq!(first_unsigned(&views, &[0; 32]).map(|(_, id)| id), Some(&views[13].1));
    assert!(first_unsigned(&views[14..], &[0; 32]).is_none());
}

prop_compose! {
    fn any_body()(
        (lane, nonce, valid_until, gas_limit, max_fee, tip) in any::<(u32, u64, u64, u64, u64, u64)>(),
        memo in proptest::collection::vec(any::<u8>(), 0..300),
        actions in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 30..34), any::<u64>()), 0..18),
        chain_tag in prop_oneof![Just(chain_tag(&GENESIS_HASH)), any::<u32>()],
    ) -> TransactionBody {
        let actions = actions.iter().map(|(to, amount)| transfer(to, *amount)).collect();
        TransactionBody { chain_tag, lane, nonce, valid_until, gas_limit, max_fee, tip, memo, actions, fee_payer: vec![] }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn encoding_and_parsing_are_inverse(sender: [u8; 32], signature: [u8; 64], bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let envelope = encode(&sender, &signature, &bytes);
        let parsed = Envelope::parse(&envelope).unwrap();
        prop_assert_eq!((parsed.sender(), parsed.signature(), parsed.body()), (&sender, &signature, &bytes[..]));
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = check(&GENESIS_HASH, &bytes);
        let _ = check_body(0, &bytes);
    }

    #[test]
    fn what_passes_keeps_the_bounds(body in any_body()) {
        if let Ok(checked) = check_body(chain_tag(&GENESIS_HASH), &body.encode_to_vec()) {
            prop_assert!(checked.fee_max.checked_add(checked.amounts).is_some());
            prop_assert!(body.nonce < u64::MAX && body.valid_until > 0 && body.tip <= body.max_fee);
            prop_assert_eq!((checked.lane, checked.nonce), (body.lane, body.nonce));
        }
    }

    #[test]
    fn a_changed_body_is_another_body_or_refused(at in 0usize..80, to: u8) {
        let right = body(7).encode_to_vec();
        let mut changed = right.clone();
        let at = at % right.len();
        prop_assume!(changed[at] != to);
        changed[at] = to;
        if let Ok(checked) = check_body(chain_tag(&GENESIS_HASH), &changed) {
            prop_assert_ne!(TransactionBody::decode(&changed[..]).unwrap(), body(7));
            prop_assert!(checked.amounts > 0);
        }
    }
}
