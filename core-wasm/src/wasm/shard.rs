//! Shards and their coordinator for JavaScript. One call moves a whole batch
//! or table; nothing exists here per transaction.

use crate::buckets::BucketSet;
use crate::error::{CoreError, CoreResult};
use crate::fixed::array;
use crate::genesis::Genesis;
use crate::invalid_batch::{Blame, Refusal};
use crate::mempool::Room;
use crate::proto::{ErrorCode, SlotProof};
use crate::shard;
use crate::state::StateLoader;
use crate::wire::Reader;
use js_sys::Uint8Array;
use prost::Message;
use wasm_bindgen::prelude::*;

/// Tables of several shards, in the order of the shards.
fn copied(tables: &[Uint8Array]) -> Vec<Vec<u8>> {
    tables.iter().map(Uint8Array::to_vec).collect()
}

fn borrowed(tables: &[Vec<u8>]) -> Vec<&[u8]> {
    tables.iter().map(Vec::as_slice).collect()
}

fn address(bytes: &[u8]) -> CoreResult<&[u8; 32]> {
    array(bytes, "address", ErrorCode::AddressMalformed)
}

fn buckets(bytes: &[u8]) -> CoreResult<BucketSet> {
    Ok(BucketSet(*array(bytes, "buckets", ErrorCode::MessageMalformed)?))
}

fn name(bytes: &[u8]) -> CoreResult<&[u8; 32]> {
    array(bytes, "name", ErrorCode::MessageMalformed)
}

/// As `Shard.checkBatch` gives it.
fn read_fault(bytes: &[u8]) -> CoreResult<shard::Fault> {
    let malformed = || CoreError::with(ErrorCode::MessageMalformed, "not a fault");
    let mut reader = Reader(bytes);
    let code = i32::try_from(reader.u32()?).map_err(|_| malformed())?;
    let error = CoreError::new(ErrorCode::try_from(code).map_err(|_| malformed())?);
    Ok(shard::Fault { slot: reader.u8()?, index: reader.u32()?, error })
}

/// See `rustorium_core::shard::Shard`.
#[wasm_bindgen]
pub struct Shard(shard::Shard);

#[wasm_bindgen]
impl Shard {
    /// The slots named by their numbers, as the genesis has them.
    #[wasm_bindgen(constructor)]
    pub fn new(genesis: &[u8], slots: &[u8]) -> Result<Shard, JsValue> {
        Ok(Shard(shard::Shard::new(Genesis::parse(genesis)?, slots)?))
    }

    /// The last executed height.
    #[wasm_bindgen(getter)]
    pub fn height(&self) -> u64 {
        self.0.height()
    }

    /// Concatenated envelopes; the id of each (32 bytes), then the code of each
    /// (u32, little endian). 0 is admitted, 0xffffffff another shard's.
    pub fn submit(&mut self, envelopes: &[u8]) -> Result<Vec<u8>, JsValue> {
        let admissions = self.0.submit(envelopes)?;
        let mut answers = Vec::with_capacity(admissions.len() * 36);
        for admission in &admissions {
            answers.extend_from_slice(&admission.id);
        }
        for admission in &admissions {
            answers.extend_from_slice(&admission.code.to_le_bytes());
        }
        Ok(answers)
    }

    /// Bounds of the mempool from here on.
    #[wasm_bindgen(js_name = limitMempool)]
    pub fn limit_mempool(&mut self, transactions_max: u32, bytes_max: u32) {
        self.0.limit_mempool(transactions_max as usize, bytes_max as usize);
    }

    /// Transactions in the mempool.
    #[wasm_bindgen(js_name = pendingCount)]
    pub fn pending_count(&self) -> u32 {
        u32::try_from(self.0.mempool().len()).unwrap_or(u32::MAX)
    }

    /// Of them those that blocks could take as they come.
    #[wasm_bindgen(js_name = takeableCount)]
    pub fn takeable_count(&self) -> u32 {
        u32::try_from(self.0.mempool().takeable()).unwrap_or(u32::MAX)
    }

    /// What was executed of those that were in the mempool, since the start.
    #[wasm_bindgen(js_name = takenCount)]
    pub fn taken_count(&self) -> f64 {
        self.0.mempool().taken() as f64
    }

    /// Bytes of all.
    #[wasm_bindgen(js_name = pendingBytes)]
    pub fn pending_bytes(&self) -> f64 {
        self.0.mempool().bytes() as f64
    }

    /// Sum of: 1 where a batch from the `own` buckets would not be empty, 2 where
    /// something of the others was never forwarded. Sets of buckets are 32 bytes.
    #[wasm_bindgen(js_name = waiting)]
    pub fn waiting(&self, own: &[u8]) -> Result<u8, JsValue> {
        let (own, mempool) = (buckets(own)?, self.0.mempool());
        Ok(u8::from(mempool.is_ready(&own)) | u8::from(mempool.is_fresh_outside(&own)) << 1)
    }

    /// A payload from these buckets, empty where nothing is ready.
    pub fn assemble(
        &mut self,
        height: u64,
        bytes: u32,
        transactions: u32,
        own: &[u8],
    ) -> Result<Vec<u8>, JsValue> {
        let room = Room { bytes: bytes as usize, transactions: transactions as usize };
        Ok(self.0.assemble(height, room, &buckets(own)?)?)
    }

    /// Concatenated envelopes for whoever is first author of some buckets and
    /// second of others; empty where nothing is due.
    pub fn forward(
        &mut self,
        height: u64,
        bytes: u32,
        first: &[u8],
        second: &[u8],
    ) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.forward(height, &buckets(first)?, &buckets(second)?, bytes as usize))
    }

    /// A while has passed without a block: it counts as a height for what was
    /// forwarded.
    pub fn lull(&mut self) {
        self.0.lull();
    }

    /// Gives the transactions of a payload that was not decided back.
    pub fn release(&mut self, payload: &[u8]) {
        self.0.release(payload);
    }

    /// What was assembled last is the part of a batch of that name for now.
    pub fn name(&mut self, name: &[u8]) -> Result<(), JsValue> {
        self.0.name(self::name(name)?);
        Ok(())
    }

    /// A batch has got its name, and is for blocks up to `until`.
    pub fn rename(&mut self, from: &[u8], to: &[u8], until: u64) -> Result<(), JsValue> {
        self.0.rename(self::name(from)?, self::name(to)?, until);
        Ok(())
    }

    /// What is wrong with this shard's part of a batch, for `Coordinator.refuse`:
    /// code (u32), slot (u8) and index (u32) of the transaction; empty where
    /// nothing is.
    #[wasm_bindgen(js_name = checkBatch)]
    pub fn check_batch(
        &mut self,
        name: &[u8],
        until: u64,
        part: &[u8],
    ) -> Result<Vec<u8>, JsValue> {
        let Err(fault) = self.0.check_batch(self::name(name)?, until, part)? else {
            return Ok(Vec::new());
        };
        let mut bytes = (fault.error.code as u32).to_le_bytes().to_vec();
        bytes.push(fault.slot);
        bytes.extend_from_slice(&fault.index.to_le_bytes());
        Ok(bytes)
    }

    /// Takes this shard's part of a batch that was checked elsewhere.
    pub fn learn(&mut self, name: &[u8], until: u64, part: Vec<u8>) -> Result<(), JsValue> {
        self.0.learn(self::name(name)?, until, part);
        Ok(())
    }

    /// Of these batches (32 bytes each) those of which the part is not here.
    pub fn unknown(&mut self, names: &[u8]) -> Vec<u8> {
        self.0.unknown(names.as_chunks().0).concat()
    }

    /// Header and names of the batches (32 bytes each). Gives the gas table for
    /// `Coordinator.begin`.
    #[wasm_bindgen(js_name = beginBlock)]
    pub fn begin_block(&mut self, header: &[u8], names: &[u8]) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.begin_block(header, names.as_chunks().0)?)
    }

    /// Executes with the places that `Coordinator.begin` gave; gives the outbox.
    pub fn run(&mut self, places: &[u8]) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.run(places)?)
    }

    /// Delivers an inbox of `Coordinator.route`; gives the next outbox.
    pub fn deliver(&mut self, inbox: &[u8]) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.deliver(inbox)?)
    }

    /// Fees taken in this block.
    pub fn fees(&self) -> Result<u64, JsValue> {
        Ok(self.0.fees()?)
    }

    /// Ends the block with the fees of all shards; gives what
    /// `Coordinator.finish` takes.
    #[wasm_bindgen(js_name = endBlock)]
    pub fn end_block(&mut self, fees: u64) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.end_block(fees)?)
    }

    /// What `Coordinator.start` takes.
    #[wasm_bindgen(js_name = slotRoots)]
    pub fn slot_roots(&mut self) -> Vec<u8> {
        self.0.slot_roots()
    }

    /// Encoded account, or undefined.
    pub fn account(&self, address: &[u8]) -> Result<Option<Vec<u8>>, JsValue> {
        Ok(self.0.account(self::address(address)?)?.map(<[u8]>::to_vec))
    }

    /// Encoded `SlotProof`.
    pub fn prove(&mut self, address: &[u8]) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.prove(self::address(address)?)?.encode_to_vec())
    }

    /// `address (32) | balance (u64)` records above an address (empty: from the first).
    pub fn accounts(&self, slot: u8, after: &[u8], count: u32) -> Result<Vec<u8>, JsValue> {
        let after = if after.is_empty() { None } else { Some(address(after)?) };
        Ok(self.0.accounts(slot, after, count as usize)?)
    }

    /// Gives a slot away, for `importSlot` of another shard.
    #[wasm_bindgen(js_name = exportSlot)]
    pub fn export_slot(&mut self, slot: u8) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.export_slot(slot)?)
    }

    /// Owns a slot from here on.
    #[wasm_bindgen(js_name = importSlot)]
    pub fn import_slot(&mut self, slot: &[u8]) -> Result<(), JsValue> {
        Ok(self.0.import_slot(slot)?)
    }

    /// Begins a checkpoint of the present height, which is read by
    /// `checkpointPages` while blocks go on, until `endCheckpoint`.
    #[wasm_bindgen(js_name = beginCheckpoint)]
    pub fn begin_checkpoint(&mut self) -> Result<(), JsValue> {
        Ok(self.0.begin_checkpoint()?)
    }

    /// The next pages of the slot that differ from the last checkpoint: `length
    /// (u32) | name | length (u32) | bytes`, at least one, then more up to about
    /// so many bytes; nothing when all were given.
    #[wasm_bindgen(js_name = checkpointPages)]
    pub fn checkpoint_pages(&mut self, slot: u8, bytes: u32) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.checkpoint_pages(slot, bytes as usize)?)
    }

    /// The checkpoint is durable, or it came to nothing.
    #[wasm_bindgen(js_name = endCheckpoint)]
    pub fn end_checkpoint(&mut self, is_durable: bool) {
        self.0.end_checkpoint(is_durable);
    }

    /// Bytes of memory that the state takes.
    #[wasm_bindgen(js_name = stateMemory)]
    pub fn state_memory(&self) -> f64 {
        self.0.state_memory() as f64
    }

    /// Takes pages out of memory until the state takes at most so many bytes,
    /// where that is possible; gives the bytes that it takes. Only between
    /// blocks.
    pub fn evict(&mut self, target: f64) -> f64 {
        self.0.evict(target as usize) as f64
    }

    /// `slot (u8) | length (u32) | name` for each page that `loadPage` must put
    /// back before accounts of these addresses are touched.
    pub fn missing(&self, addresses: &[u8]) -> Vec<u8> {
        self.0.missing(addresses)
    }

    /// The same, before `submit`.
    #[wasm_bindgen(js_name = missingForSubmit)]
    pub fn missing_for_submit(&self, envelopes: &[u8]) -> Vec<u8> {
        self.0.missing_for_submit(envelopes)
    }

    /// The same, after `beginBlock` and before `run`.
    #[wasm_bindgen(js_name = missingForBlock)]
    pub fn missing_for_block(&self) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.missing_for_block()?)
    }

    /// The same, before `deliver`.
    #[wasm_bindgen(js_name = missingForInbox)]
    pub fn missing_for_inbox(&self, inbox: &[u8]) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.missing_for_inbox(inbox)?)
    }

    /// The same, before `beginCheckpoint`. Gives up a
    /// checkpoint that was begun and not ended.
    #[wasm_bindgen(js_name = missingForCheckpoint)]
    pub fn missing_for_checkpoint(&mut self) -> Vec<u8> {
        self.0.missing_for_checkpoint()
    }

    /// The same, before `accounts`, and where `prove` says PAGE_MISSING.
    #[wasm_bindgen(js_name = missingOfSlot)]
    pub fn missing_of_slot(&self, slot: u8) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.missing_of_slot(slot)?)
    }

    /// Puts a page of the last checkpoint back.
    #[wasm_bindgen(js_name = loadPage)]
    pub fn load_page(&mut self, slot: u8, name: &[u8], bytes: &[u8]) -> Result<(), JsValue> {
        Ok(self.0.load_page(slot, name, bytes)?)
    }
}

/// Makes a `Shard` of the pages of a checkpoint.
#[wasm_bindgen]
pub struct ShardLoader {
    genesis: Genesis,
    pages: StateLoader,
}

#[wasm_bindgen]
impl ShardLoader {
    /// For the slots named by their numbers.
    #[wasm_bindgen(constructor)]
    pub fn new(genesis: &[u8], slots: &[u8]) -> Result<ShardLoader, JsValue> {
        Ok(ShardLoader { genesis: Genesis::parse_head(genesis)?, pages: StateLoader::new(slots) })
    }

    /// Takes a page; one of another shard's slot is passed over.
    pub fn add(&mut self, slot: u8, name: &[u8], bytes: &[u8]) -> Result<(), JsValue> {
        Ok(self.pages.add(slot, name, bytes)?)
    }

    /// The shard as it was after the block of that header.
    pub fn finish(self, header: &[u8]) -> Result<Shard, JsValue> {
        Ok(Shard(shard::Shard::load(self.genesis, self.pages, header)?))
    }
}

/// See `rustorium_core::shard::Coordinator`.
#[wasm_bindgen]
pub struct Coordinator(shard::Coordinator);

#[wasm_bindgen]
impl Coordinator {
    /// `shard_of` has for each of the 256 slots the number of its shard.
    #[wasm_bindgen(constructor)]
    pub fn new(genesis: &[u8], shard_of: &[u8]) -> Result<Coordinator, JsValue> {
        Ok(Coordinator(shard::Coordinator::new(Genesis::parse_head(genesis)?, shard_of)?))
    }

    /// Takes `Shard.slotRoots` of every shard; gives the state root.
    pub fn start(&mut self, tables: Vec<Uint8Array>) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.start(&borrowed(&copied(&tables)))?.to_vec())
    }

    /// Root over no receipts and no messages.
    #[wasm_bindgen(js_name = emptyRoot)]
    pub fn empty_root() -> Vec<u8> {
        shard::Coordinator::empty_root().to_vec()
    }

    /// What is wrong with a batch apart from the shards' parts: empty, or code
    /// (u32), whether the author signed for it (u8), and the `Evidence` against
    /// the author where there is one.
    #[wasm_bindgen(js_name = checkBatch)]
    pub fn check_batch(&self, batch: &[u8], height: u64) -> Vec<u8> {
        verdict(self.0.check_batch(batch, height))
    }

    /// Payload root (32), transactions root (32), count (u32) and the payload
    /// that the shards' payloads make; empty where they are.
    pub fn draft(&self, payloads: Vec<Uint8Array>) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.draft(&borrowed(&copied(&payloads)))?)
    }

    /// What is wrong with a batch of which a shard said so (`Shard.checkBatch`),
    /// in the form of `checkBatch`.
    pub fn refuse(&self, batch: &[u8], fault: &[u8]) -> Result<Vec<u8>, JsValue> {
        Ok(verdict(Err(self.0.refuse(batch, &read_fault(fault)?)?)))
    }

    /// Sorts submissions by the shards that own their senders: first what
    /// `merge` needs, then for each shard its envelopes.
    pub fn sort(&self, submissions: Vec<Uint8Array>) -> Vec<Uint8Array> {
        let shard::Sorted { owners, parts } = self.0.sort(&borrowed(&copied(&submissions)));
        std::iter::once(owners).chain(parts).map(|bytes| Uint8Array::from(&bytes[..])).collect()
    }

    /// Takes the shards' answers to their envelopes; gives those to each
    /// submission, as `Shard.submit` gives them.
    pub fn merge(
        &self,
        owners: &[u8],
        answers: Vec<Uint8Array>,
    ) -> Result<Vec<Uint8Array>, JsValue> {
        let merged = self.0.merge(owners, &borrowed(&copied(&answers)))?;
        Ok(merged.iter().map(|bytes| Uint8Array::from(&bytes[..])).collect())
    }

    /// A slot belongs to another shard from here on.
    #[wasm_bindgen(js_name = moveSlot)]
    pub fn move_slot(&mut self, slot: u8, shard: u8) -> Result<(), JsValue> {
        Ok(self.0.move_slot(slot, usize::from(shard))?)
    }

    /// Takes the gas table of every shard; gives the places that each runs with.
    pub fn begin(&mut self, tables: Vec<Uint8Array>) -> Result<Vec<Uint8Array>, JsValue> {
        let places = self.0.begin(&borrowed(&copied(&tables)))?;
        Ok(places.iter().map(|table| Uint8Array::from(&table[..])).collect())
    }

    /// Takes the outbox of every shard; gives every shard's inbox, or undefined
    /// when all are empty.
    pub fn route(&mut self, outboxes: Vec<Uint8Array>) -> Result<Option<Vec<Uint8Array>>, JsValue> {
        let inboxes = self.0.route(&borrowed(&copied(&outboxes)))?;
        Ok(inboxes
            .map(|inboxes| inboxes.iter().map(|inbox| Uint8Array::from(&inbox[..])).collect()))
    }

    /// Takes what every shard gave at the end of the block; gives state root,
    /// receipts root and messages root (32 each), gas used (u64), number of
    /// transactions (u32), their ids (32 each) and their receipts.
    pub fn finish(&mut self, tables: Vec<Uint8Array>) -> Result<Vec<u8>, JsValue> {
        let result = self.0.finish(&borrowed(&copied(&tables)))?;
        let count = (result.transaction_ids.len() / 32) as u32;
        let mut bytes =
            Vec::with_capacity(108 + result.transaction_ids.len() + result.receipts.len());
        for root in [&result.state_root, &result.receipts_root, &result.messages_root] {
            bytes.extend_from_slice(root);
        }
        bytes.extend_from_slice(&result.gas_used.to_le_bytes());
        bytes.extend_from_slice(&count.to_le_bytes());
        bytes.extend_from_slice(&result.transaction_ids);
        bytes.extend_from_slice(&result.receipts);
        Ok(bytes)
    }

    /// Encoded `StateProof` around the encoded `SlotProof` of a shard.
    pub fn prove(&self, slot: u8, in_slot: &[u8]) -> Result<Vec<u8>, JsValue> {
        let in_slot = SlotProof::decode(in_slot)
            .map_err(|_| CoreError::with(ErrorCode::ProofInvalid, "not a SlotProof"))?;
        Ok(self.0.prove(slot, in_slot).encode_to_vec())
    }
}

fn verdict(outcome: Result<(), Refusal>) -> Vec<u8> {
    let Err(Refusal { error, blame }) = outcome else { return Vec::new() };
    let mut verdict = (error.code as u32).to_le_bytes().to_vec();
    verdict.push(u8::from(blame != Blame::Nobody));
    if let Blame::Proven(evidence) = blame {
        verdict.extend_from_slice(&evidence.encode_to_vec());
    }
    verdict
}
