//! What a node keeps of executed blocks, packed: receipts without what follows
//! from the batches, and where each transaction is. For its own disk only: no
//! other node sees these bytes.
#![forbid(unsafe_code)]

pub mod ids;
pub mod positions;
pub mod receipts;
