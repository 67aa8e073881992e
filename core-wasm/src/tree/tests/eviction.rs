//! A tree with pages taken out is the tree without.

use super::*;
use std::collections::BTreeSet;

/// A tree whose pages come and go, one whose pages stay, and the disk.
struct World {
    tree: Tree,
    whole: Tree,
    pages: BTreeMap<Name, Vec<u8>>,
}

impl World {
    fn new(model: &Model) -> World {
        let mut world =
            World { tree: built_from(model), whole: built_from(model), pages: BTreeMap::new() };
        world.checkpoint();
        world
    }

    fn load(&mut self, name: &Name) {
        self.tree.load_page(name, &self.pages[name]).unwrap();
    }

    fn bring(&mut self, key: &Key) {
        if let Some(name) = self.tree.missing(key) {
            assert_eq!(self.tree.find(key).unwrap_err().code, ErrorCode::PageMissing);
            assert_eq!(self.tree.insert(key, &[1]).unwrap_err().code, ErrorCode::PageMissing);
            self.load(&name);
        }
        assert_eq!(self.tree.missing(key), None);
    }

    fn checkpoint(&mut self) {
        for name in self.tree.missing_for_checkpoint() {
            self.load(&name);
        }
        let changed = self.tree.changed_pages().unwrap();
        assert_eq!(changed, self.whole.changed_pages().unwrap());
        keep(&mut self.pages, changed);
        self.tree.set_checkpoint().unwrap();
        self.whole.set_checkpoint().unwrap();
    }

    fn apply(&mut self, changes: &[(Address, Option<Vec<u8>>)]) {
        for (address, value) in changes {
            let key = Key::account(address);
            self.bring(&key);
            match value {
                Some(value) => {
                    self.tree.insert(&key, value).unwrap();
                    self.whole.insert(&key, value).unwrap();
                }
                None => {
                    let removed = self.whole.remove(&key).unwrap();
                    assert_eq!(self.tree.remove(&key).unwrap(), removed);
                }
            }
        }
    }

    /// Reads of everything, pages being brought as they are asked for.
    fn check(&mut self, asked: &[Address]) {
        assert_eq!(self.tree.root(), self.whole.root());
        for address in asked {
            let key = Key::account(address);
            self.bring(&key);
            assert_eq!(self.tree.get(&key).unwrap(), self.whole.get(&key).unwrap());
            while let Err(error) = self.tree.prove(&key) {
                assert_eq!(error.code, ErrorCode::PageMissing);
                let name = self.named(&error);
                self.load(&name);
            }
            assert_eq!(self.tree.prove(&key).unwrap(), self.whole.prove(&key).unwrap());
        }
    }

    fn named(&self, error: &CoreError) -> Name {
        hex::decode(error.detail.strip_prefix("page ").unwrap()).unwrap()
    }
}

#[test]
fn an_unused_page_goes_and_only_itself_comes_back() {
    let model = large(4_000);
    let mut world = World::new(&model);
    let (root, memory) = (world.tree.root(), world.tree.memory());
    // First everything counts as used.
    world.tree.evict(usize::MAX);
    assert_eq!(world.tree.all_missing(), Vec::<Name>::new());
    world.tree.evict(usize::MAX);
    let missing = world.tree.all_missing();
    assert!(missing.len() >= 8 && world.tree.memory() < memory / 10, "{}", missing.len());
    assert_eq!(world.tree.root(), root);
    let other = world.pages[&missing[1]].clone();
    let error = world.tree.load_page(&missing[0], &other).unwrap_err();
    assert_eq!(error.code, ErrorCode::PageMalformed);
    world.tree.load_page(&[9, 9, 9], &other).unwrap();
    assert!(world.tree.leaves().any(|leaf| leaf.is_err()));
    for name in &missing {
        world.load(name);
    }
    assert_eq!(world.tree.all_missing(), Vec::<Name>::new());
    assert_eq!(world.tree.leaves().filter(|leaf| leaf.is_ok()).count(), 4_002);
    assert!(!world.tree.is_changed());
    world.check(&model.keys().copied().step_by(97).collect::<Vec<_>>());
}

#[test]
fn what_changed_or_is_not_durable_stays() {
    let mut tree = built_from(&large(4_000));
    let stays = |tree: &mut Tree| {
        tree.evict(usize::MAX);
        tree.evict(usize::MAX);
        tree.all_missing().is_empty()
    };
    assert!(stays(&mut tree));
    tree.begin_checkpoint().unwrap();
    assert!(stays(&mut tree));
    while tree.next_page().unwrap().is_some() {}
    assert!(stays(&mut tree));
    tree.end_checkpoint();
    assert!(!stays(&mut tree));
}

#[test]
fn about_as_much_goes_as_is_wanted() {
    let mut world = World::new(&large(20_000));
    world.tree.evict(usize::MAX);
    let before = world.tree.memory();
    world.tree.evict(before / 2);
    let after = world.tree.memory();
    assert!(after < before * 6 / 10 && after > before * 3 / 10, "{before} to {after}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn pages_come_and_go_and_nothing_else_does(
        base in 0u32..4_000,
        rounds in prop::collection::vec((changes(60), 0usize..400_000, any::<bool>(), any::<u8>()), 1..6),
    ) {
        let model = large(base);
        let everybody: Vec<Address> = model.keys().copied().collect();
        let mut world = World::new(&model);
        for (changes, wanted, is_checkpoint, seed) in rounds {
            world.tree.evict(wanted);
            let some = everybody.iter().skip(usize::from(seed)).step_by(211);
            let some: Vec<_> = some.map(|address| {
                let value = (address[0] % 3 != 0).then(|| vec![seed; 1 + usize::from(seed % 40)]);
                (*address, value)
            }).collect();
            world.apply(&changes);
            world.apply(&some);
            if is_checkpoint {
                world.checkpoint();
            }
            world.tree.evict(wanted);
            let asked: Vec<_> = changes.iter().map(|(address, _)| *address).take(9).collect();
            world.check(&asked);
        }
        world.checkpoint();
        let names: BTreeSet<Name> = world.tree.all_missing().into_iter().collect();
        for name in &names {
            world.load(name);
        }
        let leaves = |tree: &Tree| -> Vec<_> {
            tree.leaves().map(|leaf| leaf.map(|(key, value)| (*key, value.to_vec())).unwrap()).collect()
        };
        prop_assert_eq!(leaves(&world.tree), leaves(&world.whole));
        prop_assert_eq!(load(&world.pages).unwrap().root(), world.whole.root());
    }
}
