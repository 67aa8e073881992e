//! Several engines with a host each, in virtual time.

mod engines;

use engines::{Net, STEP_MS};

#[test]
fn four_engines_decide_the_same_hundred_blocks() {
    let mut net = Net::new(4);
    net.run_until(100);
    net.assert_agreement(100, &[0, 1, 2, 3]);
    assert!(net.rounds_beyond_first() == 0, "nobody failed, so every first round decides");
}

#[test]
fn three_of_four_engines_decide_a_hundred_blocks() {
    let mut net = Net::new(4);
    net.crash(3);
    net.run_until(100);
    net.assert_agreement(100, &[0, 1, 2]);
    assert!(net.rounds_beyond_first() > 0, "the crashed proposer's turns take a second round");
}

#[test]
fn two_of_four_engines_decide_nothing() {
    let mut net = Net::new(4);
    net.crash(2);
    net.crash(3);
    net.run_for(600_000);
    assert_eq!(net.decided(0), 0);
}

#[test]
fn a_lone_engine_decides() {
    let mut net = Net::new(1);
    net.run_until(100);
    net.assert_agreement(100, &[0]);
}

#[test]
fn an_engine_restarted_from_its_log_signs_nothing_new_and_goes_on() {
    for after in 0..40 {
        let mut net = Net::new(4);
        net.run_until(3);
        for _ in 0..after {
            net.step();
        }
        let before = net.signed(1);
        net.restart_from_log(1);
        net.assert_nothing_conflicts();
        assert!(net.signed(1) >= before);
        net.run_until(8);
        net.assert_agreement(8, &[0, 1, 2, 3]);
        net.assert_nothing_conflicts();
    }
}

#[test]
fn replaying_a_whole_log_gives_the_same_decision_and_needs_no_signature() {
    let mut net = Net::new(1);
    net.run_until(5);
    let (signed, decided) = net.replay_height(0, 5);
    assert_eq!(signed, 0);
    assert_eq!(decided, net.block_of(5));
}

#[test]
fn an_equivocating_validator_is_caught() {
    let mut net = Net::new(4);
    net.equivocate(2);
    net.run_until(30);
    net.assert_agreement(30, &[0, 1, 3]);
    assert!(net.evidence_against(2) > 0);
    for honest in [0, 1, 3] {
        assert_eq!(net.evidence_against(honest), 0);
    }
}

#[test]
fn a_late_engine_catches_up_by_certificates() {
    let mut net = Net::new(4);
    net.crash(3);
    net.run_until(10);
    net.restart_from_log(3);
    net.sync_from(3, 0);
    assert!(net.decided(3) >= 10);
    net.run_for(40 * STEP_MS);
    net.assert_agreement(10, &[0, 1, 2, 3]);
}

#[test]
fn certificates_verify_with_the_real_own_signature() {
    let mut net = Net::new(4);
    net.run_until(5);
    net.assert_certificates_verify();
}

#[test]
fn garbage_gives_errors_and_no_effects() {
    let mut net = Net::new(4);
    net.run_until(2);
    net.feed_garbage(0, 20_000);
    net.run_until(4);
    net.assert_agreement(4, &[0, 1, 2, 3]);
}
