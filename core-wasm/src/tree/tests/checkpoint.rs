//! A checkpoint that is read late is the one that was begun.

use super::*;

#[test]
fn what_is_kept_is_bounded() {
    let model = large(9_000);
    let mut tree = built_from(&model);
    let expected = tree.changed_pages().unwrap();
    tree.begin_checkpoint().unwrap();
    for address in model.keys() {
        tree.insert(&Key::account(address), &[9; 20]).unwrap();
    }
    let before = tree.memory();
    tree.root();
    assert!(tree.memory() < before, "{} of {before}", tree.memory());
    let read: Vec<Page> = std::iter::from_fn(|| tree.next_page().unwrap()).collect();
    assert_eq!(read, expected);
}

#[test]
fn an_aborted_checkpoint_is_given_again() {
    let model = large(4_000);
    let mut tree = built_from(&model);
    let mut pages = BTreeMap::new();
    keep(&mut pages, tree.changed_pages().unwrap());
    tree.set_checkpoint().unwrap();
    for address in model.keys().step_by(500) {
        tree.insert(&Key::account(address), &[3; 70]).unwrap();
    }
    tree.begin_checkpoint().unwrap();
    assert!(!tree.is_changed() && tree.next_page().unwrap().is_some());
    tree.abort_checkpoint();
    assert!(tree.next_page().unwrap().is_none());
    keep(&mut pages, tree.changed_pages().unwrap());
    tree.set_checkpoint().unwrap();
    assert_eq!(load(&pages).unwrap().root(), tree.root());
}

#[test]
fn without_changes_there_is_nothing_to_read() {
    let mut tree = built_from(&large(2_000));
    tree.set_checkpoint().unwrap();
    tree.begin_checkpoint().unwrap();
    assert!(tree.next_page().unwrap().is_none());
    tree.end_checkpoint();
    assert!(!tree.is_changed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn pages_are_those_of_the_beginning_whatever_happens_while_they_are_read(
        base in 0u32..3_000,
        rounds in prop::collection::vec(
            (changes(60), 0usize..6, prop_oneof![4 => Just(true), 1 => Just(false)], any::<u8>()),
            1..5,
        ),
    ) {
        let mut model = large(base);
        let everybody: Vec<Address> = model.keys().copied().collect();
        let mut tree = built_from(&model);
        let mut pages = BTreeMap::new();
        for (changes, at_once, is_durable, seed) in rounds {
            let mut fresh = BTreeMap::new();
            keep(&mut fresh, built_from(&model).changed_pages().unwrap());
            tree.begin_checkpoint().unwrap();
            let mut read = Vec::new();
            let mut others = everybody.iter().skip(usize::from(seed)).step_by(83);
            for (nth, change) in changes.chunks(5).enumerate() {
                apply(&mut tree, &mut model, change);
                for address in others.by_ref().take(9) {
                    let value = (seed % 2 == 0).then(|| vec![seed; 1 + nth + usize::from(seed % 60)]);
                    apply(&mut tree, &mut model, &[(*address, value)]);
                }
                tree.root();
                for _ in 0..at_once {
                    read.extend(tree.next_page().unwrap());
                }
            }
            read.extend(std::iter::from_fn(|| tree.next_page().unwrap()));
            if is_durable {
                keep(&mut pages, read);
                tree.end_checkpoint();
                prop_assert_eq!(&pages, &fresh);
            } else {
                tree.abort_checkpoint();
            }
        }
        keep(&mut pages, tree.changed_pages().unwrap());
        prop_assert_eq!(load(&pages).unwrap().root(), built_from(&model).root());
    }
}
