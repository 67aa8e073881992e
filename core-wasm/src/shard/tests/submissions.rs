//! What several clients submit, sorted by shards and answered one by one.

use super::*;

#[test]
fn each_submission_gets_the_answers_of_the_shards_that_own_its_senders() {
    let chain = Chain::people(3, 8, 600_000);
    let hash = chain.hash();
    let envelope = |who: u8| unsigned(&person(who), &body(&hash, 0, 0, &[(person(1), 5)]));
    let all: Vec<Vec<u8>> = (0..8).map(envelope).collect();
    let mut broken = all[3..5].concat();
    broken.extend_from_slice(&all[5][..50]);
    let submissions = [&all[..3].concat()[..], &[], &broken, &all[5..].concat()];
    let Sorted { owners, parts } = chain.coordinator.sort(&submissions);
    // Each shard answers with the first 32 bytes of the envelope, and its own number.
    let answers: Vec<Vec<u8>> = (0u32..)
        .zip(&parts)
        .map(|(shard, part)| {
            let (mut rest, mut ids, mut codes) = (&part[..], Vec::new(), Vec::new());
            while let Ok((envelope, tail)) = transaction::Envelope::split_first(rest) {
                assert_eq!(
                    usize::from(self::owners(3)[usize::from(envelope.slot())]),
                    shard as usize
                );
                ids.extend_from_slice(envelope.sender());
                codes.extend_from_slice(&shard.to_le_bytes());
                rest = tail;
            }
            [ids, codes].concat()
        })
        .collect();
    let merged = chain.coordinator.merge(&owners, &borrowed(&answers)).unwrap();
    let expected = |people: std::ops::Range<u8>, rest: &[u32]| {
        let mut ids: Vec<u8> = people.clone().flat_map(person).collect();
        ids.resize(ids.len() + rest.len() * 32, 0);
        let shards =
            people.map(|who| u32::from(self::owners(3)[usize::from(slot_of(&person(who)))]));
        let codes: Vec<u8> =
            shards.chain(rest.iter().copied()).flat_map(u32::to_le_bytes).collect();
        [ids, codes].concat()
    };
    let malformed = ErrorCode::TransactionMalformed as u32;
    assert_eq!(
        merged,
        [expected(0..3, &[]), vec![], expected(3..5, &[malformed]), expected(5..8, &[])]
    );
    // An answer too few is a fault of the node.
    let short = &answers.iter().map(|answer| &answer[..answer.len() / 36 * 32]).collect::<Vec<_>>();
    assert!(chain.coordinator.merge(&owners, short).is_err());
}
