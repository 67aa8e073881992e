//! Batches against the library, signature by signature.

mod corpus;
mod differential;
mod search;
