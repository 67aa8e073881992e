//! The consensus engine for JavaScript. Every call returns the effects as
//! records (see `consensus::effects`).

use crate::consensus::engine::{BlockPlace, Engine as Inner, TimeoutsMs};
use crate::error::CoreResult;
use crate::fixed::array;
use crate::proto::ErrorCode;
use wasm_bindgen::prelude::*;

const CODE: ErrorCode = ErrorCode::MessageMalformed;

/// One validator's view of consensus. A trap leaves it unusable: make another
/// one in a fresh instance and replay the log.
#[wasm_bindgen]
pub struct Engine(Inner);

#[wasm_bindgen]
impl Engine {
    /// `timeoutsMs`: propose, its delta, prevote, its delta, precommit, its
    /// delta, rebroadcast.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(js_name = genesisHash)] genesis_hash: &[u8],
        validators: &[u8],
        own: &[u8],
        height: u64,
        #[wasm_bindgen(js_name = timeoutsMs)] timeouts_ms: &[u32],
    ) -> Result<Engine, JsValue> {
        let genesis_hash = *array(genesis_hash, "genesis hash", CODE)?;
        let timeouts = timeouts(timeouts_ms)?;
        Ok(Engine(Inner::new(genesis_hash, validators, own, height, timeouts)?))
    }

    /// Begins a height; `collectMs` is how long precommits are collected after
    /// the decision.
    #[wasm_bindgen(js_name = startHeight)]
    pub fn start_height(
        &mut self,
        height: u64,
        validators: Option<Vec<u8>>,
        #[wasm_bindgen(js_name = collectMs)] collect_ms: u32,
    ) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.start_height(height, validators.as_deref(), collect_ms)?)
    }

    /// Votes of others: `length (u32 LE) | Vote` each. Checks their signatures together.
    #[wasm_bindgen(js_name = onVotes)]
    pub fn on_votes(&mut self, votes: &[u8]) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.on_votes(votes)?)
    }

    /// An encoded `Proposal` of another validator.
    #[wasm_bindgen(js_name = onProposal)]
    pub fn on_proposal(&mut self, proposal: &[u8]) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.on_proposal(proposal)?)
    }

    /// An encoded `VoteCertificate` of another validator.
    #[wasm_bindgen(js_name = onCertificate)]
    pub fn on_certificate(&mut self, certificate: &[u8]) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.on_certificate(certificate)?)
    }

    /// A timer went off: kind and round as the effect named them.
    #[wasm_bindgen(js_name = onTimeout)]
    pub fn on_timeout(&mut self, kind: u8, height: u64, round: u32) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.on_timeout(kind, height, round)?)
    }

    /// The block that was asked for.
    #[wasm_bindgen(js_name = onValueBuilt)]
    pub fn on_value_built(
        &mut self,
        height: u64,
        round: u32,
        #[wasm_bindgen(js_name = blockId)] block_id: &[u8],
    ) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.on_value_built(height, round, block_id)?)
    }

    /// A block of another proposer, on disk and judged. `validRound` is -1
    /// where there is none.
    #[allow(clippy::too_many_arguments)]
    #[wasm_bindgen(js_name = onBlock)]
    pub fn on_block(
        &mut self,
        height: u64,
        round: u32,
        #[wasm_bindgen(js_name = validRound)] valid_round: i32,
        proposer: &[u8],
        #[wasm_bindgen(js_name = blockId)] block_id: &[u8],
        valid: bool,
        #[wasm_bindgen(js_name = fromSync)] from_sync: bool,
    ) -> Result<Vec<u8>, JsValue> {
        let valid_round = u32::try_from(valid_round).ok();
        let place = BlockPlace { height, round, valid_round, from_sync };
        Ok(self.0.on_block(place, proposer, block_id, valid)?)
    }

    /// A decided block with its certificate.
    #[wasm_bindgen(js_name = onSync)]
    pub fn on_sync(&mut self, certificate: &[u8], block: &[u8]) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.on_sync(certificate, block)?)
    }

    /// Logged entries of the height just started: `length (u32 LE) | entry` each.
    pub fn replay(&mut self, entries: &[u8]) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.replay(entries)?)
    }

    /// The current height.
    pub fn height(&self) -> u64 {
        self.0.height()
    }

    /// The current round, -1 before the first.
    pub fn round(&self) -> i32 {
        self.0.round()
    }

    /// Whose turn it is to propose.
    pub fn proposer(&self, height: u64, round: u32) -> Vec<u8> {
        self.0.proposer(height, round).0.to_vec()
    }
}

fn timeouts(ms: &[u32]) -> CoreResult<TimeoutsMs> {
    let ms: &[u32; 7] = ms
        .try_into()
        .map_err(|_| crate::error::CoreError::with(CODE, "seven timeouts are needed"))?;
    let [propose, propose_delta, prevote, prevote_delta, precommit, precommit_delta, rebroadcast] =
        *ms;
    Ok(TimeoutsMs {
        propose: [propose, propose_delta],
        prevote: [prevote, prevote_delta],
        precommit: [precommit, precommit_delta],
        rebroadcast,
    })
}
