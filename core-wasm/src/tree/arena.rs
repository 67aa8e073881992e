//! Where a tree keeps its nodes, leaves and stubs.

use std::ops::{Index, IndexMut};

/// Items of one allocation. Nothing moves when an arena grows, and no more
/// than this many places of it are vacant at its end.
const CHUNK: usize = 32;

#[derive(Clone, Debug)]
struct Chunk<T, A> {
    items: [T; CHUNK],
    aside: [A; CHUNK],
}

/// Items named by the order of their coming, or by the name of one that is gone;
/// with each, aside, what is seldom wanted together with it.
#[derive(Clone, Debug)]
pub(super) struct Arena<T, A = ()> {
    chunks: Vec<Box<Chunk<T, A>>>,
    len: usize,
    vacant: Vec<u32>,
}

impl<T, A> Default for Arena<T, A> {
    fn default() -> Self {
        Self { chunks: Vec::new(), len: 0, vacant: Vec::new() }
    }
}

impl<T: Copy + Default, A: Copy + Default> Arena<T, A> {
    /// Stores an item, with nothing aside yet.
    pub fn put(&mut self, item: T) -> u32 {
        let index = self.vacant.pop().unwrap_or_else(|| {
            if self.len == self.chunks.len() * CHUNK {
                let (items, aside) = ([T::default(); CHUNK], [A::default(); CHUNK]);
                self.chunks.push(Box::new(Chunk { items, aside }));
            }
            self.len += 1;
            // 2^30 items take more than the address space has.
            (self.len - 1) as u32
        });
        self[index as usize] = item;
        index
    }

    /// Takes an item out; its place holds the default until it is taken again.
    pub fn vacate(&mut self, index: u32) {
        self[index as usize] = T::default();
        self.vacant.push(index);
    }

    /// Items that are there.
    pub fn count(&self) -> usize {
        self.len - self.vacant.len()
    }

    /// Every place, the vacant with the default.
    pub fn places(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(self.chunks.iter().flat_map(|chunk| &chunk.items).take(self.len))
    }

    /// Every place, the vacant as well.
    pub fn items_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.chunks.iter_mut().flat_map(|chunk| &mut chunk.items)
    }

    /// The item of an index, or `None` beyond the end.
    pub fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        let index = index as usize;
        Some(&mut self.chunks.get_mut(index / CHUNK)?.items[index % CHUNK])
    }

    /// What stands aside of an item.
    pub fn aside(&self, index: usize) -> &A {
        &self.chunks[index / CHUNK].aside[index % CHUNK]
    }

    /// The same, to be written.
    pub fn aside_mut(&mut self, index: usize) -> &mut A {
        &mut self.chunks[index / CHUNK].aside[index % CHUNK]
    }

    /// Bytes of memory.
    pub fn memory(&self) -> usize {
        self.chunks.len() * size_of::<Chunk<T, A>>()
            + self.chunks.capacity() * size_of::<usize>()
            + self.vacant.capacity() * size_of::<u32>()
    }
}

impl<T, A> Index<usize> for Arena<T, A> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        &self.chunks[index / CHUNK].items[index % CHUNK]
    }
}

impl<T, A> IndexMut<usize> for Arena<T, A> {
    fn index_mut(&mut self, index: usize) -> &mut T {
        &mut self.chunks[index / CHUNK].items[index % CHUNK]
    }
}
