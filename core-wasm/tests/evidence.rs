//! Evidence against authors of batches: what an honest author signs convicts
//! nobody, and whatever is wrong with a transaction of a batch convicts its author.

mod common;
use common::*;
use proptest::prelude::*;
use prost::Message;
use rustorium_core::batch::BatchView;
use rustorium_core::ed25519::{public_key_of, sign_with};
use rustorium_core::evidence;
use rustorium_core::invalid_batch::{Blame, Refusal};
use rustorium_core::leaves::{commitments, leaves, Leaf};
use rustorium_core::merkle::{list_proof, list_root};
use rustorium_core::proto::*;
use rustorium_core::transaction::{self, Envelope};

const AUTHOR: u32 = 1000;

fn leaves_of(payload: &[u8]) -> Vec<Vec<u8>> {
    leaves(payload).unwrap().map(|leaf| leaf.unwrap().bytes().to_vec()).collect()
}

/// The batch of an author that signs whatever the payload is.
fn careless(payload: Vec<u8>) -> Vec<u8> {
    let (root, ids) = commitments(&GENESIS_HASH, &payload).unwrap();
    let header = BatchHeader {
        author: public_key_of(&seed(AUTHOR)).to_vec(),
        sequence: 1,
        transactions_root: list_root(&ids).to_vec(),
        payload_root: root.to_vec(),
        payload_bytes: payload.len() as u32,
        transaction_count: ids.len() as u32,
        valid_until: 50,
    };
    sign_batch(AUTHOR, header, payload)
}

/// What is found wrong by a node: form first, then transaction by transaction.
fn refusal(bytes: &[u8]) -> Option<Refusal> {
    let view = match BatchView::parse(bytes) {
        Ok(view) => view,
        Err(fault) => return Some(fault.into()),
    };
    if let Err(refusal) = view.check(&GENESIS_HASH, &public_key_of(&seed(AUTHOR)), 1 << 21) {
        return Some(refusal);
    }
    leaves(view.payload).unwrap().find_map(|leaf| match leaf.unwrap() {
        Leaf::Envelope(envelope) => transaction::check(&GENESIS_HASH, envelope.bytes())
            .err()
            .map(|fault| Refusal::of_transaction(&view, fault, &envelope)),
        Leaf::Table(_) => None,
    })
}

fn convicts(evidence: &Evidence) -> bool {
    evidence::judge(&GENESIS_HASH, &four().1, &evidence.encode_to_vec()).is_ok()
}

/// The evidence that a node makes of a batch.
fn evidence_of(bytes: &[u8]) -> Evidence {
    match refusal(bytes).unwrap() {
        Refusal { blame: Blame::Proven(evidence), .. } => *evidence,
        other => panic!("{other:?}"),
    }
}

/// Any leaves of a batch, with right proofs: what a liar could make of it.
fn leaves_as_evidence(bytes: &[u8], indices: &[usize]) -> Evidence {
    let view = BatchView::parse(bytes).unwrap();
    let leaves = leaves_of(view.payload);
    let leaves = indices.iter().map(|index| {
        let proof = list_proof(&leaves, *index).unwrap();
        PayloadLeaf { index: proof.index, item: leaves[*index].clone(), siblings: proof.siblings }
    });
    let invalid = InvalidBatch {
        header: Some(view.header.clone()),
        signature: view.signature.to_vec(),
        leaves: leaves.collect(),
    };
    Evidence { kind: Some(rustorium_core::proto::evidence::Kind::InvalidBatch(invalid)) }
}

fn invalid(evidence: &mut Evidence) -> &mut InvalidBatch {
    match &mut evidence.kind {
        Some(rustorium_core::proto::evidence::Kind::InvalidBatch(invalid)) => invalid,
        _ => panic!("evidence of another kind"),
    }
}

/// The payload with one envelope changed, its table right for the lengths.
fn with_envelope(count: u32, at: usize, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut leaves = leaves_of(&payload(&transactions(count)));
    let at = 1 + at % (leaves.len() - 1);
    let length = leaves[at].len();
    change(&mut leaves[at]);
    if leaves[at].len() == length {
        leaves.concat()
    } else {
        payload(&leaves[1..])
    }
}

fn resigned(envelope: &mut Vec<u8>, change: impl FnOnce(&mut TransactionBody)) {
    let sender = *Envelope::parse(envelope).unwrap().sender();
    let seed = (0..100).map(seed).find(|seed| public_key_of(seed) == sender).unwrap();
    let mut body = TransactionBody::decode(Envelope::parse(envelope).unwrap().body()).unwrap();
    change(&mut body);
    *envelope = transaction::sign(&seed, &GENESIS_HASH, &body);
}

/// Name, and what the author does to an envelope.
type Fault = (&'static str, fn(&mut Vec<u8>));

#[test]
fn each_fault_of_a_transaction_convicts_the_author() {
    let faults: [Fault; 7] = [
        ("signature", |bytes| bytes[40] ^= 1),
        ("body that is none", |bytes| bytes[100] = 0xff),
        ("body that is not canonical", |bytes| {
            let body = [&bytes[100..], &[0x20, 0x00]].concat();
            *bytes = transaction::encode(
                bytes[..32].try_into().unwrap(),
                bytes[32..96].try_into().unwrap(),
                &body,
            );
        }),
        ("wrong chain", |bytes| resigned(bytes, |body| body.chain_tag ^= 1)),
        ("amount of nothing", |bytes| {
            resigned(bytes, |body| body.actions = vec![transfer(&[3; 32], 0)])
        }),
        ("no action", |bytes| resigned(bytes, |body| body.actions.clear())),
        ("another body than was signed", |bytes| {
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
        }),
    ];
    for (name, change) in faults {
        let evidence = evidence_of(&careless(with_envelope(9, 4, change)));
        assert!(convicts(&evidence), "{name}");
        assert!(evidence.encoded_len() < 1024, "{name}");
    }
}

#[test]
fn a_false_layout_convicts_the_author() {
    let envelopes = transactions(9);
    let right = payload(&envelopes);
    let slots = usize::from(right[0]);
    let mut other_slot = right.clone();
    // The last slot can always be another one above it, or the one below it is free.
    let last = 2 + (slots - 1) * 9;
    other_slot[last] = if right[last] < 255 { right[last] + 1 } else { right[last] - 1 };
    let mut twice = envelopes.clone();
    twice.push(envelopes[3].clone());
    let mut descending = right.clone();
    descending[2..2 + 9].copy_from_slice(&right[last..last + 9]);
    let mut counts = right.clone();
    counts[last + 1] += 1;
    for (name, payload) in [
        ("another slot", other_slot),
        ("a transaction twice", payload(&twice)),
        ("slots that do not ascend", descending),
        ("a count too many", counts),
    ] {
        assert!(convicts(&evidence_of(&careless(payload))), "{name}");
    }
}

#[test]
fn what_no_leaf_shows_is_blamed_on_the_author_without_proof() {
    let right = careless(payload(&transactions(5)));
    let view = BatchView::parse(&right).unwrap();
    let with = |change: fn(&mut BatchHeader)| {
        let mut header = view.header.clone();
        change(&mut header);
        refusal(&sign_batch(AUTHOR, header, view.payload.to_vec())).unwrap().blame
    };
    assert_eq!(with(|header| header.transactions_root[0] ^= 1), Blame::Author);
    assert_eq!(with(|header| header.transaction_count += 1), Blame::Author);
    // Anybody can put another payload beside a signed header.
    assert_eq!(with(|header| header.payload_root[0] ^= 1), Blame::Nobody);
    assert_eq!(with(|header| header.payload_bytes += 1), Blame::Nobody);
    let mut offsets = view.payload.to_vec();
    let last = 2 + (usize::from(offsets[0]) - 1) * 9;
    offsets[last + 5] += 1;
    assert_eq!(refusal(&careless(offsets)).unwrap().blame, Blame::Author);
}

#[test]
fn the_largest_evidence_has_room() {
    let largest = |nonce| {
        let mut body = body(nonce);
        body.memo = vec![7; transaction::ENVELOPE_BYTES_MAX];
        let bytes = transaction::sign(&seed(1), &GENESIS_HASH, &body);
        let excess = bytes.len() - transaction::ENVELOPE_BYTES_MAX;
        body.memo.truncate(transaction::ENVELOPE_BYTES_MAX - excess);
        transaction::sign(&seed(1), &GENESIS_HASH, &body)
    };
    let mut other = largest(1);
    other[40] ^= 1;
    let mut envelopes = vec![largest(1), other];
    envelopes.extend((2..120).map(largest));
    let evidence = evidence_of(&careless(payload(&envelopes)));
    assert!(convicts(&evidence), "{}", evidence.encoded_len());
    assert!(evidence.encoded_len() > 2 * transaction::ENVELOPE_BYTES_MAX);
    assert!(evidence.encoded_len() <= evidence::PIECE_BYTES_MAX);
}

#[test]
fn evidence_holds_against_whom_it_names_and_on_its_chain_alone() {
    let right = evidence_of(&careless(with_envelope(9, 4, |bytes| bytes[40] ^= 1)));
    let refused = |change: &dyn Fn(&mut InvalidBatch)| {
        let mut bent = right.clone();
        change(invalid(&mut bent));
        assert!(!convicts(&bent));
    };
    refused(&|e| e.header = None);
    refused(&|e| e.header.as_mut().unwrap().author = public_key_of(&seed(1001)).to_vec());
    refused(&|e| e.header.as_mut().unwrap().sequence += 1);
    refused(&|e| e.header.as_mut().unwrap().transaction_count += 1);
    refused(&|e| e.signature[7] ^= 1);
    refused(&|e| e.signature.clear());
    refused(&|e| e.leaves.clear());
    refused(&|e| e.leaves[0].index -= 1);
    refused(&|e| e.leaves[0].item[50] ^= 1);
    refused(&|e| e.leaves[0].siblings.truncate(1));
    refused(&|e| e.leaves.push(e.leaves[0].clone()));
    let bytes = right.encode_to_vec();
    assert!(evidence::judge(&[1; 32], &four().1, &bytes).is_err());
    assert!(evidence::judge(&GENESIS_HASH, &four().1, &[&bytes[..], &[0]].concat()).is_err());
    let strangers = rustorium_core::validators::Validators::new(&ValidatorSet {
        validators: vec![Validator {
            address: public_key_of(&seed(1)).to_vec(),
            public_key: public_key_of(&seed(1)).to_vec(),
            power: 1,
        }],
    });
    assert!(evidence::judge(&GENESIS_HASH, &strangers.unwrap(), &bytes).is_err());
}

/// The verdicts that both WebAssembly builds give too (`src/core/evidence_test.ts`).
#[test]
fn the_vectors_are_judged_as_ever() {
    let text = include_str!("vectors/evidence.json");
    let vectors: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(hex::decode(vectors["genesisHash"].as_str().unwrap()).unwrap(), GENESIS_HASH);
    let set = hex::decode(vectors["validators"].as_str().unwrap()).unwrap();
    assert_eq!(set, four().0.encode_to_vec());
    let (_, validators) = four();
    for case in vectors["cases"].as_array().unwrap() {
        let bytes = hex::decode(case["evidence"].as_str().unwrap()).unwrap();
        let verdict = evidence::judge(&GENESIS_HASH, &validators, &bytes).is_ok();
        assert_eq!(verdict, case["convicts"].as_bool().unwrap(), "{}", case["name"]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whichever leaves, whatever claimed index, whatever count: an honest
    /// batch gives nothing that convicts.
    #[test]
    fn no_evidence_of_an_honest_batch_convicts(
        count in 1u32..20,
        picks in proptest::collection::vec(any::<prop::sample::Index>(), 1..3),
        shift in 0u32..4,
        other_count in 0u32..40,
    ) {
        let bytes = signed_batch(AUTHOR, payload(&transactions(count)));
        prop_assert_eq!(refusal(&bytes), None);
        let mut indices: Vec<usize> =
            picks.iter().map(|pick| pick.index(count as usize + 1)).collect();
        indices.sort_unstable();
        let right = leaves_as_evidence(&bytes, &indices);
        prop_assert!(!convicts(&right));
        let mut moved = right.clone();
        for leaf in &mut invalid(&mut moved).leaves {
            leaf.index = leaf.index.wrapping_add(shift);
        }
        prop_assert!(!convicts(&moved));
        let mut recounted = right;
        invalid(&mut recounted).header.as_mut().unwrap().transaction_count = other_count;
        prop_assert!(!convicts(&recounted));
    }

    /// A byte of an honest batch's evidence cannot be chosen so that it convicts.
    #[test]
    fn no_changed_byte_convicts_an_honest_author(
        at in any::<prop::sample::Index>(), by in 1u8..=255, index in 0usize..7,
    ) {
        let bytes = signed_batch(AUTHOR, payload(&transactions(6)));
        let mut evidence = leaves_as_evidence(&bytes, &[index]).encode_to_vec();
        let at = at.index(evidence.len());
        evidence[at] ^= by;
        prop_assert!(evidence::judge(&GENESIS_HASH, &four().1, &evidence).is_err());
    }

    /// Any byte of any envelope that its author spoils before signing.
    #[test]
    fn each_corruption_of_a_transaction_convicts(
        count in 1u32..20, at in any::<prop::sample::Index>(),
        byte in any::<prop::sample::Index>(), by in 1u8..=255,
    ) {
        let payload = with_envelope(count, at.index(count as usize), |bytes| {
            let mut byte = byte.index(bytes.len() - 4);
            // The length decides where an envelope ends: that is another payload.
            if byte >= 96 { byte += 4; }
            bytes[byte] ^= by;
        });
        prop_assert!(convicts(&evidence_of(&careless(payload))));
    }

    /// Any byte of the payload: what can be taken apart is blamed on its author
    /// (unless it is as good as before), and what is proven convicts.
    #[test]
    fn each_corruption_of_a_payload_is_its_authors(
        at in any::<prop::sample::Index>(), by in 1u8..=255,
    ) {
        let mut bytes = payload(&transactions(6));
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        if commitments(&GENESIS_HASH, &bytes).is_ok() {
            let refusal = refusal(&careless(bytes)).unwrap();
            prop_assert!(refusal.blame != Blame::Nobody);
            if let Blame::Proven(evidence) = refusal.blame {
                prop_assert!(convicts(&evidence));
            }
        }
    }

    /// The judge answers whatever it is given.
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(evidence::judge(&GENESIS_HASH, &four().1, &bytes).is_err());
    }
}

#[test]
fn the_first_bad_signature_is_found_wherever_it_stands() {
    let envelopes = transactions(40);
    for bad in [vec![0], vec![39], vec![7, 8], vec![31, 3, 20], (0..40).collect()] {
        let mut spoiled = envelopes.clone();
        for at in &bad {
            spoiled[*at][40] ^= 1;
        }
        let pairs: Vec<_> = spoiled
            .iter()
            .map(|bytes| Envelope::parse(bytes).unwrap())
            .map(|envelope| (envelope, envelope.id(&GENESIS_HASH)))
            .collect();
        let first = bad.iter().min().map(|at| pairs[*at].1);
        let found = transaction::first_unsigned(&pairs, &[0; 32]).map(|(_, id)| *id);
        assert_eq!(found, first);
    }
    let pairs: Vec<_> = envelopes
        .iter()
        .map(|bytes| Envelope::parse(bytes).unwrap())
        .map(|envelope| (envelope, envelope.id(&GENESIS_HASH)))
        .collect();
    assert!(transaction::first_unsigned(&pairs, &[0; 32]).is_none());
    let message = transaction::sign_bytes(&pairs[0].1);
    assert_eq!(*pairs[0].0.signature(), sign_with(&seed(0), &message));
}
