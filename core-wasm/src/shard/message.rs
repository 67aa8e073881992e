//! Messages between slots (`rustorium.v1.SlotMessage`) and the tables they
//! travel in within a node.

use crate::address::{slots_of, Address};
use crate::error::{CoreError, CoreResult};
use crate::hash::Hash;
use crate::merkle::{list_leaves, root_of_leaves};
use crate::proto::ErrorCode;
use crate::wire::{put_sized, put_varint, varint, Reader};
use std::ops::Range;

const TRANSACTION: u8 = 0x08;
const SOURCE: u8 = 0x10;
const COUNTER: u8 = 0x18;
const CREDIT: u8 = 0x22;
/// `Credit.to` and its length.
const TO: [u8; 2] = [0x0a, 32];
const AMOUNT: u8 = 0x10;

/// Where a message is from. Messages are delivered, and stand in the block's
/// messages tree, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Index of the transaction in the block.
    pub transaction: u32,
    /// The slot that sent it.
    pub source: u8,
    /// Counts the messages of that transaction from that slot.
    pub counter: u32,
}

/// An amount on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// Where it is from.
    pub origin: Origin,
    /// Where it goes.
    pub to: Address,
    /// Above 0.
    pub amount: u64,
}

fn malformed() -> CoreError {
    CoreError::with(ErrorCode::MessageMalformed, "not the encoding of a message")
}

fn put_number(bytes: &mut Vec<u8>, tag: u8, value: u64) {
    if value != 0 {
        bytes.push(tag);
        put_varint(bytes, value);
    }
}

fn number(bytes: &[u8], tag: u8) -> Option<(u64, &[u8])> {
    match bytes.split_first() {
        Some((found, rest)) if *found == tag => varint(rest).filter(|(value, _)| *value != 0),
        _ => Some((0, bytes)),
    }
}

impl Credit {
    /// Appends the protobuf encoding.
    pub fn encode_into(&self, bytes: &mut Vec<u8>) {
        put_number(bytes, TRANSACTION, self.origin.transaction.into());
        put_number(bytes, SOURCE, self.origin.source.into());
        put_number(bytes, COUNTER, self.origin.counter.into());
        let at = bytes.len() + 1;
        bytes.extend_from_slice(&[CREDIT, 0]);
        bytes.extend_from_slice(&TO);
        bytes.extend_from_slice(&self.to);
        put_number(bytes, AMOUNT, self.amount);
        // At most 2 + 32 + 1 + 10.
        bytes[at] = (bytes.len() - at - 1) as u8;
    }

    /// From canonical bytes. Errors: `MESSAGE_MALFORMED`.
    pub fn decode(bytes: &[u8]) -> CoreResult<Credit> {
        Self::read(bytes).ok_or_else(malformed)
    }

    fn read(bytes: &[u8]) -> Option<Credit> {
        let (transaction, rest) = number(bytes, TRANSACTION)?;
        let (source, rest) = number(rest, SOURCE)?;
        let (counter, rest) = number(rest, COUNTER)?;
        let ([CREDIT, length], rest) = rest.split_first_chunk()? else { return None };
        if usize::from(*length) != rest.len() {
            return None;
        }
        let (to, rest) = rest.strip_prefix(&TO)?.split_first_chunk()?;
        let (amount, []) = number(rest, AMOUNT)? else { return None };
        if amount == 0 {
            return None;
        }
        let origin = Origin {
            transaction: u32::try_from(transaction).ok()?,
            source: u8::try_from(source).ok()?,
            counter: u32::try_from(counter).ok()?,
        };
        Some(Credit { origin, to: *to, amount })
    }
}

/// A message that its source has sent: record of an outbox.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// Where it is from.
    pub origin: Origin,
    /// The slot it goes to.
    pub destination: u8,
    /// Leaf of the messages trees.
    pub leaf: Hash,
    /// The encoded message.
    pub bytes: &'a [u8],
}

/// The next record of an outbox: `transaction (u32) | source (u8) | counter
/// (u32) | destination (u8) | leaf (32) | length (u32) | message`.
pub fn read_sent<'a>(outbox: &mut Reader<'a>) -> CoreResult<Sent<'a>> {
    let (transaction, source, counter) = (outbox.u32()?, outbox.u8()?, outbox.u32()?);
    let origin = Origin { transaction, source, counter };
    Ok(Sent { origin, destination: outbox.u8()?, leaf: *outbox.array()?, bytes: outbox.sized()? })
}

/// Messages that a shard sends in one round.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    sent: Vec<(Origin, Address, Range<usize>)>,
    bytes: Vec<u8>,
}

/// What a shard has sent in one round.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The records in the order of their origins.
    pub outbox: Vec<u8>,
    /// For each transaction that sent any, ascending, the root over its messages.
    pub roots: Vec<(u32, Hash)>,
}

impl Outbox {
    /// Sends.
    pub fn send(&mut self, credit: &Credit) {
        let start = self.bytes.len();
        credit.encode_into(&mut self.bytes);
        self.sent.push((credit.origin, credit.to, start..self.bytes.len()));
    }

    /// Ends the round.
    pub fn finish(mut self) -> Posted {
        self.sent.sort_unstable_by_key(|(origin, ..)| *origin);
        let messages = || self.sent.iter().map(|(.., range)| &self.bytes[range.clone()]);
        let leaves = list_leaves(messages());
        let slots = slots_of(self.sent.iter().map(|(_, to, _)| to));
        let mut outbox = Vec::with_capacity(self.bytes.len() + self.sent.len() * 46);
        let mut rest = leaves.as_slice();
        let mut roots = Vec::with_capacity(self.sent.len());
        for sent in self.sent.chunk_by(|(a, ..), (b, ..)| a.transaction == b.transaction) {
            let (of_transaction, after) = rest.split_at(sent.len());
            roots.push((sent[0].0.transaction, root_of_leaves(of_transaction.to_vec())));
            rest = after;
        }
        for (((origin, ..), bytes), (leaf, slot)) in
            self.sent.iter().zip(messages()).zip(leaves.iter().zip(slots))
        {
            outbox.extend_from_slice(&origin.transaction.to_le_bytes());
            outbox.push(origin.source);
            outbox.extend_from_slice(&origin.counter.to_le_bytes());
            outbox.push(slot);
            outbox.extend_from_slice(leaf);
            put_sized(&mut outbox, bytes);
        }
        Posted { outbox, roots }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::slot_of;
    use crate::merkle::{list_leaf, list_root};
    use crate::proto::{self, decode_canonical, slot_message::Kind, SlotMessage};
    use proptest::prelude::*;
    use prost::Message;

    fn message(credit: &Credit) -> SlotMessage {
        let kind = Kind::Credit(proto::Credit { to: credit.to.to_vec(), amount: credit.amount });
        let Origin { transaction, source, counter } = credit.origin;
        SlotMessage { transaction, source_slot: source.into(), counter, kind: Some(kind) }
    }

    fn credit() -> impl Strategy<Value = Credit> {
        let number = || prop_oneof![Just(0u32), Just(127), Just(128), any::<u32>()];
        (number(), any::<u8>(), number(), any::<Address>(), 1..=u64::MAX).prop_map(
            |(transaction, source, counter, to, amount)| Credit {
                origin: Origin { transaction, source, counter },
                to,
                amount,
            },
        )
    }

    proptest! {
        #[test]
        fn the_encoding_is_that_of_protobuf(credit in credit()) {
            let mut bytes = Vec::new();
            credit.encode_into(&mut bytes);
            prop_assert_eq!(&bytes, &message(&credit).encode_to_vec());
            prop_assert_eq!(Credit::decode(&bytes).unwrap(), credit);
        }

        #[test]
        fn what_is_decoded_is_canonical(credit in credit(), at: prop::sample::Index, byte: u8) {
            let mut bytes = Vec::new();
            credit.encode_into(&mut bytes);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(decoded) = Credit::decode(&bytes) {
                let protobuf: SlotMessage = decode_canonical(&bytes, ErrorCode::MessageMalformed).unwrap();
                prop_assert_eq!(message(&decoded), protobuf);
            }
        }

        #[test]
        fn any_bytes_are_answered(bytes: Vec<u8>) {
            let _ = (Credit::decode(&bytes), read_sent(&mut Reader(&bytes)));
        }

        #[test]
        fn an_outbox_is_read_in_the_order_of_origins(credits in prop::collection::vec(credit(), 0..20)) {
            let mut outbox = Outbox::default();
            for credit in &credits {
                outbox.send(credit);
            }
            let Posted { outbox, roots } = outbox.finish();
            let mut reader = Reader(&outbox);
            let mut read = Vec::new();
            while !reader.is_empty() {
                let sent = read_sent(&mut reader).unwrap();
                let credit = Credit::decode(sent.bytes).unwrap();
                prop_assert_eq!((sent.origin, sent.destination), (credit.origin, slot_of(&credit.to)));
                prop_assert_eq!(sent.leaf, list_leaf(sent.bytes));
                read.push(credit);
            }
            prop_assert!(read.is_sorted_by_key(|credit| credit.origin));
            prop_assert_eq!(read.len(), credits.len());
            let mut of_transactions = std::collections::BTreeMap::<u32, Vec<Vec<u8>>>::new();
            for credit in read {
                let mut bytes = Vec::new();
                credit.encode_into(&mut bytes);
                of_transactions.entry(credit.origin.transaction).or_default().push(bytes);
            }
            let expected: Vec<_> =
                of_transactions.into_iter().map(|(at, messages)| (at, list_root(messages))).collect();
            prop_assert_eq!(roots, expected);
        }
    }
}
