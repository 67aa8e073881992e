//! What single blocks do.

use super::*;

/// A chain of one shard runs one block with one batch of these transactions of
/// person 0.
fn run_one(chain: &mut Chain, bodies: &[TransactionBody]) -> Vec<Receipt> {
    let envelopes: Vec<_> = bodies.iter().map(|body| unsigned(&person(0), body)).collect();
    let batch = batch_of(&chain.hash(), &envelopes);
    receipts(&chain.execute(&[batch]).unwrap())
}

#[test]
fn a_transfer_moves_money_and_pays_its_fee() {
    let mut chain = Chain::people(1, 2, 1_000_000);
    let transfer = body(&chain.hash(), 3, 0, &[(person(1), 700), (person(9), 11)]);
    let envelope = unsigned(&person(0), &transfer);
    let gas = gas_of(&parameters(), envelope.len(), 2);
    let receipt = run_one(&mut chain, &[transfer]).remove(0);
    // The price is base fee plus tip: 2 + 1.
    assert_eq!((receipt.code, receipt.gas_used, receipt.fee), (0, gas, gas * 3));
    assert_eq!(chain.account(&person(0)).balance, 1_000_000 - 711 - gas * 3);
    assert_eq!(chain.account(&person(0)).nonce(3), 1);
    assert_eq!(chain.account(&person(1)).balance, 1_000_700);
    assert_eq!(chain.account(&person(9)).balance, 11);
    assert_eq!(chain.account(&system_account(FEES)).balance, gas * 3);
    assert_eq!(receipt.messages_root.len(), 32);
}

/// Pins the roots that a fixed block leads to.
#[test]
fn a_block_comes_to_the_same_roots_as_ever() {
    let mut chain = Chain::people(2, 3, 1_000_000);
    let hash = chain.hash();
    let pay = |who: u8, to: u8, nonce| {
        unsigned(&person(who), &body(&hash, 1, nonce, &[(person(to), 5), (person(7), 9)]))
    };
    let batches = [
        batch_of(&hash, &[pay(0, 1, 0), pay(1, 2, 0)]),
        batch_of(&hash, &[pay(0, 3, 1), pay(2, 3, 9)]),
    ];
    let result = chain.execute(&batches).unwrap();
    let roots = [result.state_root, result.receipts_root, result.messages_root].map(hex::encode);
    let expected = [
        "79db98ac940a1bb5f1ac9d26b68317451295629d7b7f318e52ccd52a339d38a4",
        "b69df931223829546ca160dc75ba695072ae0d6a667d910d650066ab4ad43bfe",
        "dc32b374f314b77e49e7703057a5be8fbdf81b6c085ccfea5da160893d56a308",
    ];
    assert_eq!(roots, expected);
}

#[test]
fn what_is_received_in_a_block_is_spent_in_the_next() {
    let mut chain = Chain::people(1, 1, 1_000_000_000);
    let hash = chain.hash();
    let give = unsigned(&person(0), &body(&hash, 0, 0, &[(person(50), 500_000)]));
    let spend = unsigned(&person(50), &body(&hash, 0, 0, &[(person(0), 1)]));
    let batches = [batch_of(&hash, &[give]), batch_of(&hash, std::slice::from_ref(&spend))];
    let insufficient = ErrorCode::InsufficientBalance as u32;
    assert_eq!(codes(&chain.execute(&batches).unwrap()), [0, insufficient]);
    assert_eq!(codes(&chain.execute(&[batch_of(&hash, &[spend])]).unwrap()), [0]);
}

#[test]
fn actions_that_cannot_all_be_paid_fail_together_and_are_charged() {
    let mut chain = Chain::people(1, 1, 200_000);
    let hash = chain.hash();
    let receipt =
        run_one(&mut chain, &[body(&hash, 0, 0, &[(person(1), 60_000), (person(2), 60_000)])])
            .remove(0);
    assert_eq!((receipt.code, receipt.charged), (ErrorCode::InsufficientBalance as u32, true));
    assert!(receipt.fee > 0 && receipt.messages_root.is_empty());
    assert_eq!(chain.account(&person(0)).balance, 200_000 - receipt.fee);
    assert_eq!(chain.account(&person(0)).nonce(0), 1);
    assert_eq!(chain.account(&person(1)).balance, 0);
}

#[test]
fn a_rejected_transaction_leaves_no_trace() {
    let mut chain = Chain::people(1, 1, 200_000);
    let hash = chain.hash();
    let root = chain.coordinator.state_root();
    let right = body(&hash, 0, 0, &[(person(1), 1)]);
    let cases = [
        (ErrorCode::NonceTooFar, TransactionBody { nonce: 1, ..right.clone() }),
        (ErrorCode::InsufficientBalance, TransactionBody { max_fee: 11, ..right.clone() }),
        (ErrorCode::Expired, TransactionBody { valid_until: 0x01, ..right.clone() }),
        (ErrorCode::ValidityTooLong, TransactionBody { valid_until: 1_003, ..right.clone() }),
        (ErrorCode::GasLimitTooLow, TransactionBody { gas_limit: 100, ..right.clone() }),
        (
            ErrorCode::GasLimitTooHigh,
            TransactionBody { gas_limit: 100_000_001, max_fee: 5, ..right.clone() },
        ),
        (ErrorCode::FeeTooLow, TransactionBody { max_fee: 1, ..right.clone() }),
    ];
    chain.execute(&[]).unwrap();
    let bodies: Vec<_> = cases.iter().map(|(_, body)| body.clone()).collect();
    for ((code, _), receipt) in cases.iter().zip(run_one(&mut chain, &bodies)) {
        assert_eq!(receipt.code, *code as u32, "{code:?}");
        assert_eq!((receipt.charged, receipt.gas_used, receipt.fee), (false, 0, 0));
    }
    assert_eq!(chain.coordinator.state_root(), root);
    // And the nonce is free still; used once, it is used.
    let codes: Vec<_> =
        run_one(&mut chain, std::slice::from_ref(&right)).iter().map(|r| r.code).collect();
    assert_eq!(codes, [0]);
    assert_eq!(run_one(&mut chain, &[right])[0].code, ErrorCode::NonceUsed as u32);
}

#[test]
fn a_lane_runs_in_nonce_order_whatever_batch_carries_it() {
    let mut chain = Chain::people(1, 1, 1_000_000_000);
    let hash = chain.hash();
    let envelope = |nonce| unsigned(&person(0), &body(&hash, 0, nonce, &[(person(1), nonce + 1)]));
    let batches = [
        batch_of(&hash, &[envelope(2), envelope(0)]),
        batch_of(&hash, &[envelope(3), envelope(1)]),
    ];
    assert_eq!(codes(&chain.execute(&batches).unwrap()), [0, 0, 0, 0]);
    assert_eq!(chain.account(&person(0)).nonce(0), 4);
}

/// How many of twice 16 transactions of two slots run, and what one uses.
fn run_under(slot_gas_max: u64, block_gas_max: u64) -> (usize, usize, u64) {
    let parameters = Parameters { slot_gas_max, block_gas_max, ..parameters() };
    let mut chain = Chain::new(2, parameters, &[(person(0), 1 << 50), (person(1), 1 << 50)]);
    let hash = chain.hash();
    let memo = |nonce| TransactionBody {
        memo: vec![1; 256],
        gas_limit: 170_000,
        ..body(&hash, 1, nonce, &[(person(5), 1); 16])
    };
    let of = |number: u8| {
        (0..16).map(|nonce| unsigned(&person(number), &memo(nonce))).collect::<Vec<_>>()
    };
    let result = chain.execute(&[batch_of(&hash, &of(0)), batch_of(&hash, &of(1))]).unwrap();
    let receipts = receipts(&result);
    for receipt in &receipts {
        let full =
            receipt.code == ErrorCode::SlotFull as u32 && receipt.fee == 0 && !receipt.charged;
        let late = receipt.code == ErrorCode::NonceTooFar as u32;
        assert!(receipt.code == 0 || full || late);
    }
    assert!(result.gas_used <= block_gas_max);
    assert_eq!(result.gas_used, receipts.iter().map(|receipt| receipt.gas_used).sum::<u64>());
    let run = |receipts: &[Receipt]| receipts.iter().filter(|receipt| receipt.code == 0).count();
    (
        run(&receipts[..16]),
        run(&receipts[16..]),
        receipts.iter().map(|receipt| receipt.gas_used).max().unwrap(),
    )
}

#[test]
fn what_exceeds_the_gas_of_a_slot_or_block_is_not_charged() {
    let (first, second, one) = run_under(200_000, 1 << 40);
    assert_eq!((first, second), (10, 10));
    assert!((180_000..200_000).contains(&(10 * one)));
    // Of a block everybody's place counts, whether it is run in the end or not.
    assert_eq!(run_under(200_000, 18 * one), (10, 2, one));
    assert_eq!(run_under(400_000, 400_000), (16, 4, one));
}

#[test]
fn a_lost_message_is_noticed_in_the_same_block() {
    let mut chain = Chain::people(2, 1, 1_000_000);
    let hash = chain.hash();
    let batch = batch_of(&hash, &[unsigned(&person(0), &body(&hash, 0, 0, &[(person(1), 5)]))]);
    let error = chain.execute_losing(&[batch], true).unwrap_err();
    assert_eq!(error.code, ErrorCode::SupplyBroken);
}

#[test]
fn accounts_of_a_slot_are_given_page_by_page() {
    let mut chain = Chain::people(1, 200, 7);
    let mut all = Vec::new();
    for slot in 0..=255u8 {
        let mut after: Option<Address> = None;
        loop {
            let records = chain.shards[0].accounts(slot, after.as_ref(), 1).unwrap();
            let Some((address, balance)) = records.split_first_chunk::<32>() else { break };
            assert_eq!((balance, slot_of(address)), (&7u64.to_le_bytes()[..], slot));
            assert_eq!(records.len(), ACCOUNT_RECORD);
            after = Some(*address);
            all.push(*address);
        }
    }
    let mut expected: Vec<_> = (0..200).map(person).collect();
    expected.sort_by_key(|address| (slot_of(address), *address));
    assert_eq!(all, expected);
    assert_eq!(chain.account(&person(3)).balance, 7);
}
