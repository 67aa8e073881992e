//! Against curve25519-dalek, whose arithmetic is of integers, and against sums
//! done by hand.

mod field;
mod point;
