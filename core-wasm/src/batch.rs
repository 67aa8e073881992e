//! Batches: a signed header over a payload of envelopes grouped by the slot of
//! their sender, with a table in front so that a shard parses its own part only.
#![forbid(unsafe_code)]

use crate::address::Address;
use crate::ed25519;
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::hash::{hash, Domain, Hash, SignDomain};
use crate::invalid_batch::{self, Refusal};
use crate::leaves::commitments;
use crate::merkle::list_root;
use crate::proto::{decode_canonical, Batch, BatchHeader, ErrorCode};
use crate::slot_table::{read_entry, Table, ENTRY};
use crate::transaction::{self, Envelope, Identified, ENVELOPE_HEADER};
use prost::Message;

/// Of an encoded header.
const HEADER_BYTES_MAX: usize = 256;

fn malformed(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::BatchMalformed, why)
}

fn mismatch(why: impl Into<String>) -> CoreError {
    CoreError::with(ErrorCode::BatchMismatch, why)
}

/// The envelopes of one slot, not looked at yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// Of every sender in it.
    pub slot: u8,
    /// How many envelopes `bytes` holds.
    pub count: u32,
    /// The envelopes, one behind the other.
    pub bytes: &'a [u8],
}

impl<'a> Section<'a> {
    /// The envelopes in order. An error stands where the section is not exactly
    /// `count` envelopes of senders of its slot: whoever meets one stops.
    pub fn envelopes(&self) -> impl Iterator<Item = CoreResult<Envelope<'a>>> + 'a {
        let section = *self;
        section.unplaced().map(move |envelope| {
            let envelope = envelope?;
            section.check_slot(envelope.slot()).map(|()| envelope)
        })
    }

    /// The same, wherever their senders belong.
    pub(crate) fn unplaced(&self) -> impl Iterator<Item = CoreResult<Envelope<'a>>> {
        Envelopes { slot: self.slot, left: self.count, rest: self.bytes }
    }

    fn check_slot(&self, found: u8) -> CoreResult<()> {
        if found == self.slot {
            return Ok(());
        }
        Err(malformed(format!("a sender does not belong to slot {}", self.slot)))
    }
}

/// See [`Section::unplaced`].
#[derive(Clone, Debug)]
struct Envelopes<'a> {
    slot: u8,
    left: u32,
    rest: &'a [u8],
}

impl<'a> Envelopes<'a> {
    fn read(&mut self) -> CoreResult<Envelope<'a>> {
        let (envelope, rest) =
            Envelope::split_first(self.rest).map_err(|fault| malformed(fault.to_string()))?;
        self.rest = rest;
        self.left = self.left.saturating_sub(1);
        if self.left == 0 && !rest.is_empty() {
            return Err(malformed(format!("slot {} has more bytes than transactions", self.slot)));
        }
        Ok(envelope)
    }
}

impl<'a> Iterator for Envelopes<'a> {
    type Item = CoreResult<Envelope<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        let item = self.read();
        if item.is_err() {
            self.left = 0;
        }
        Some(item)
    }
}

/// A payload whose table is right: ascending slots, none empty, and offsets
/// that leave no gap, overlap or rest. The envelopes are not looked at yet.
#[derive(Clone, Copy, Debug)]
pub struct Payload<'a> {
    table: &'a [[u8; ENTRY]],
    area: &'a [u8],
    count: u32,
}

impl<'a> Payload<'a> {
    /// Reads the table. Errors: `BATCH_MALFORMED`.
    pub fn parse(bytes: &'a [u8]) -> CoreResult<Self> {
        let (table, _, area) = Table::split(bytes)?;
        let count = table.check()?;
        if let Some((slot, count, offset)) = table.entries().last() {
            let bytes = area.len().saturating_sub(offset);
            // Also bounds the count: it is paid for in bytes.
            if bytes / ENVELOPE_HEADER < count as usize {
                return Err(malformed(format!(
                    "slot {slot} cannot have {count} transactions in {bytes} bytes"
                )));
            }
        }
        Ok(Self { table: table.0, area, count })
    }

    /// Where the section ends by the table: at the next one, or with the area.
    fn end_of(&self, index: usize) -> usize {
        self.table.get(index + 1).map_or(self.area.len(), |next| read_entry(next).2)
    }

    /// Number of transactions by the table.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The sections, ascending by slot.
    pub fn sections(&self) -> impl Iterator<Item = Section<'a>> + 'a {
        let payload = *self;
        (0..payload.table.len()).filter_map(move |index| payload.section_at(index))
    }

    /// The section of a slot, if it has one.
    pub fn section(&self, slot: u8) -> Option<Section<'a>> {
        let index = self.table.binary_search_by_key(&slot, |entry| read_entry(entry).0).ok()?;
        self.section_at(index)
    }

    fn section_at(&self, index: usize) -> Option<Section<'a>> {
        let (slot, count, offset) = read_entry(self.table.get(index)?);
        let bytes = self.area.get(offset..self.end_of(index))?;
        Some(Section { slot, count, bytes })
    }

    /// Every envelope in payload order. An error stands in the place of what
    /// is left of its section: whoever meets one stops.
    pub fn envelopes(&self) -> impl Iterator<Item = CoreResult<Envelope<'a>>> + 'a {
        self.sections().flat_map(|section| section.envelopes())
    }

    /// The envelope at a position of the payload, looking into its section only.
    pub fn envelope(&self, index: u32) -> CoreResult<Option<Envelope<'a>>> {
        let mut left = index;
        for section in self.sections() {
            match left.checked_sub(section.count) {
                Some(after) => left = after,
                None => {
                    let mut envelopes = section.envelopes();
                    for _ in 0..left {
                        envelopes.next().transpose()?;
                    }
                    return envelopes.next().transpose();
                }
            }
        }
        Ok(None)
    }

    /// The ids in payload order, once every envelope is where it belongs and
    /// none is there twice. Errors: `BATCH_MALFORMED`.
    pub fn ids(&self, genesis_hash: &Hash) -> CoreResult<Vec<Hash>> {
        let ids: Vec<_> =
            self.read(genesis_hash, |_| true)?.into_iter().map(|(_, id)| id).collect();
        match twice(&ids) {
            Some(_) => Err(malformed("a transaction is in it twice")),
            None => Ok(ids),
        }
    }

    /// The envelopes of wanted slots in payload order with their ids, once every
    /// one of them is where it belongs. Errors: `BATCH_MALFORMED`.
    pub fn read(
        &self,
        genesis_hash: &Hash,
        is_wanted: impl Fn(u8) -> bool,
    ) -> CoreResult<Vec<Identified<'a>>> {
        let sections = || self.sections().filter(|section| is_wanted(section.slot));
        let envelopes: Vec<Envelope<'a>> =
            sections().flat_map(|section| section.unplaced()).collect::<CoreResult<_>>()?;
        let mut slots = transaction::slots(&envelopes).into_iter();
        for section in sections() {
            slots
                .by_ref()
                .take(section.count as usize)
                .try_for_each(|slot| section.check_slot(slot))?;
        }
        let ids = transaction::ids(genesis_hash, &envelopes);
        Ok(envelopes.into_iter().zip(ids).collect())
    }
}

/// The positions of two that are the same.
pub(crate) fn twice(ids: &[Hash]) -> Option<(usize, usize)> {
    // By numbers, which compare faster than bytes.
    let numbered = |id| (id_number(id), id);
    let mut sorted: Vec<(u64, &Hash)> = ids.iter().map(numbered).collect();
    sorted.sort_unstable();
    let (_, same) = sorted.windows(2).find(|pair| pair[0] == pair[1])?.first()?;
    let mut positions = (0..).zip(ids).filter(|(_, id)| id == same).map(|(at, _)| at);
    positions.next().zip(positions.next())
}

fn id_number(id: &Hash) -> u64 {
    let (numbers, _) = id.as_chunks();
    u64::from_le_bytes(numbers[0])
}

/// Puts envelopes under their slots. What goes in is in the payload in the same
/// order within its slot.
#[derive(Clone, Debug, Default)]
pub struct PayloadBuilder {
    slots: std::collections::BTreeMap<u8, (u32, Vec<u8>)>,
    bytes: usize,
    count: u32,
}

impl PayloadBuilder {
    /// Without transactions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes that the payload would have now.
    pub fn len(&self) -> usize {
        2 + self.slots.len() * ENTRY + self.bytes
    }

    /// Bytes that the payload would have with one more envelope of `bytes` in `slot`.
    pub fn len_with(&self, slot: u8, bytes: usize) -> usize {
        let entry = if self.slots.contains_key(&slot) { 0 } else { ENTRY };
        self.len() + entry + bytes
    }

    /// Transactions so far.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Whether there is nothing to build: a payload is never empty.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Takes one more. `slot` is that of the envelope's sender.
    pub fn push(&mut self, slot: u8, envelope: &[u8]) {
        self.take(slot, 1, envelope);
    }

    /// Takes all of another payload, such as a shard's.
    pub fn append(&mut self, payload: &Payload<'_>) {
        for section in payload.sections() {
            self.take(section.slot, section.count, section.bytes);
        }
    }

    fn take(&mut self, slot: u8, count: u32, bytes: &[u8]) {
        let (so_far, area) = self.slots.entry(slot).or_default();
        // Each transaction has 100 bytes in memory: 2^32 of them do not fit.
        *so_far += count;
        area.extend_from_slice(bytes);
        self.count += count;
        self.bytes += bytes.len();
    }

    /// The payload, or nothing where nothing went in.
    pub fn finish(self) -> Vec<u8> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut payload = Vec::with_capacity(self.len());
        payload.extend_from_slice(&(self.slots.len() as u16).to_le_bytes());
        let mut offset = 0u32;
        for (slot, (count, area)) in &self.slots {
            payload.push(*slot);
            payload.extend_from_slice(&count.to_le_bytes());
            payload.extend_from_slice(&offset.to_le_bytes());
            offset += area.len() as u32;
        }
        for (_, area) in self.slots.values() {
            payload.extend_from_slice(area);
        }
        payload
    }
}

/// `BLAKE3(0x12 | header encoding)`.
pub fn digest(header: &[u8]) -> Hash {
    hash(Domain::Batch, &[header])
}

/// What the author signs: `0x13 | genesis hash | digest`.
pub fn sign_bytes(genesis_hash: &Hash, digest: &Hash) -> [u8; 65] {
    let mut bytes = [SignDomain::Batch as u8; 65];
    bytes[1..33].copy_from_slice(genesis_hash);
    bytes[33..].copy_from_slice(digest);
    bytes
}

/// The header of a payload. Errors: `BATCH_MALFORMED`.
pub fn header_of(
    genesis_hash: &Hash,
    author: &Address,
    sequence: u64,
    valid_until: u64,
    payload: &[u8],
) -> CoreResult<BatchHeader> {
    let parsed = Payload::parse(payload)?;
    let payload_bytes =
        u32::try_from(payload.len()).map_err(|_| malformed("the payload is too large"))?;
    let ids = parsed.ids(genesis_hash)?;
    let (payload_root, _) = commitments(genesis_hash, payload)?;
    Ok(BatchHeader {
        author: author.to_vec(),
        sequence,
        transactions_root: list_root(ids).to_vec(),
        payload_root: payload_root.to_vec(),
        payload_bytes,
        transaction_count: parsed.count(),
        valid_until,
    })
}

/// The encoded batch of these parts.
pub fn encode(header: BatchHeader, signature: &[u8; 64], payload: Vec<u8>) -> Vec<u8> {
    Batch { header: Some(header), signature: signature.to_vec(), payload }.encode_to_vec()
}

/// An encoded `Batch`, taken apart without copying its payload.
#[derive(Clone, Debug)]
pub struct BatchView<'a> {
    /// Decoded, with fields of the right lengths.
    pub header: BatchHeader,
    /// Of the header's encoding.
    pub digest: Hash,
    /// Of the author.
    pub author: Address,
    /// The author's, not yet checked.
    pub signature: &'a [u8; 64],
    /// As it travels.
    pub payload: &'a [u8],
}

impl<'a> BatchView<'a> {
    /// Takes apart the one canonical encoding of a batch. Errors:
    /// `BATCH_MALFORMED`.
    pub fn parse(bytes: &'a [u8]) -> CoreResult<Self> {
        let (header, rest) = read_field(bytes, 1)?;
        let (signature, rest) = read_field(rest, 2)?;
        let (payload, rest) = read_field(rest, 3)?;
        if !rest.is_empty() {
            return Err(malformed("bytes follow the payload"));
        }
        let digest = digest(header);
        let header = decode_header(header)?;
        let author = *array(&header.author, "author", ErrorCode::BatchMalformed)?;
        let signature = array(signature, "signature", ErrorCode::BatchMalformed)?;
        Ok(Self { header, digest, author, signature, payload })
    }

    /// Checks that header, payload and signature belong together, and gives the
    /// ids of the transactions in payload order. `author_key` signs for the
    /// author. The transactions' bodies and signatures are not checked: that
    /// is the work of the shards. Errors: `BATCH_MALFORMED`, `BATCH_MISMATCH`,
    /// `SIGNATURE_INVALID`.
    pub fn check(
        &self,
        genesis_hash: &Hash,
        author_key: &ed25519::PublicKey,
        batch_bytes_max: u32,
    ) -> Result<Vec<Hash>, Refusal> {
        let header = &self.header;
        if self.payload.len() > batch_bytes_max as usize {
            let why = format!("{} bytes of payload, at most {batch_bytes_max}", self.payload.len());
            return Err(malformed(why).into());
        }
        if header.payload_bytes as usize != self.payload.len() {
            return Err(mismatch("payload_bytes is not the payload's length").into());
        }
        let (payload_root, ids) = commitments(genesis_hash, self.payload)?;
        if header.payload_root != payload_root {
            return Err(mismatch("payload_root is of another payload").into());
        }
        if !ed25519::verify(author_key, &sign_bytes(genesis_hash, &self.digest), self.signature) {
            let why = "not the author's signature";
            return Err(CoreError::with(ErrorCode::SignatureInvalid, why).into());
        }
        // From here on the author has signed for what is wrong.
        if header.transaction_count as usize != ids.len() {
            return Err(Refusal::of_author(mismatch("transaction_count is not the payload's")));
        }
        invalid_batch::check_layout(self, &ids)?;
        if header.transactions_root != list_root(&ids) {
            let why = "transactions_root is of other transactions";
            return Err(Refusal::of_author(mismatch(why)));
        }
        Ok(ids)
    }
}

/// A header in its one canonical encoding, with fields of the right lengths.
pub fn decode_header(bytes: &[u8]) -> CoreResult<BatchHeader> {
    const CODE: ErrorCode = ErrorCode::BatchMalformed;
    if bytes.len() > HEADER_BYTES_MAX {
        return Err(malformed(format!(
            "a header of {} bytes, at most {HEADER_BYTES_MAX}",
            bytes.len()
        )));
    }
    let header: BatchHeader = decode_canonical(bytes, CODE)?;
    array::<32>(&header.author, "author", CODE)?;
    array::<32>(&header.transactions_root, "transactions_root", CODE)?;
    array::<32>(&header.payload_root, "payload_root", CODE)?;
    if header.sequence == 0 || header.valid_until == 0 || header.transaction_count == 0 {
        return Err(malformed("sequence, valid_until and transaction_count start at 1"));
    }
    Ok(header)
}

/// One length-delimited field with that number (below 16) at the beginning.
fn read_field(bytes: &[u8], number: u8) -> CoreResult<(&[u8], &[u8])> {
    let fault = || malformed(format!("field {number} is not where it belongs"));
    let (tag, rest) = bytes.split_first().ok_or_else(fault)?;
    if *tag != number << 3 | 2 {
        return Err(fault());
    }
    let (length, rest) = read_length(rest).ok_or_else(fault)?;
    rest.split_at_checked(length).ok_or_else(fault)
}

/// A varint below 2^28 in its shortest form.
fn read_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut length = 0usize;
    let mut rest = bytes;
    for shift in [0, 7, 14, 21] {
        let (byte, tail) = rest.split_first()?;
        length |= usize::from(byte & 0x7f) << shift;
        rest = tail;
        if byte & 0x80 == 0 {
            let shortest = shift == 0 || *byte != 0;
            return shortest.then_some((length, rest));
        }
    }
    None
}
