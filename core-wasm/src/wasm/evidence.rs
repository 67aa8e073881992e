//! The judge of evidence for JavaScript.

use crate::evidence::judge;
use crate::fixed::array;
use crate::hash::Hash;
use crate::proto::ErrorCode;
use crate::validators::Validators;
use crate::vote::{decode_vote, verify_vote};
use wasm_bindgen::prelude::*;

/// Says which evidence convicts a member of a set of validators.
#[wasm_bindgen]
pub struct EvidenceJudge {
    genesis_hash: Hash,
    validators: Validators,
}

#[wasm_bindgen]
impl EvidenceJudge {
    /// For an encoded `ValidatorSet`. Throws MESSAGE_MALFORMED.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(js_name = genesisHash)] genesis_hash: &[u8],
        validators: &[u8],
    ) -> Result<EvidenceJudge, JsValue> {
        let genesis_hash = *array(genesis_hash, "genesis hash", ErrorCode::MessageMalformed)?;
        Ok(EvidenceJudge { genesis_hash, validators: Validators::parse(validators)? })
    }

    /// Whether an encoded `Evidence` convicts a member.
    pub fn convicts(&self, evidence: &[u8]) -> bool {
        judge(&self.genesis_hash, &self.validators, evidence).is_ok()
    }

    /// Whether the member that an encoded `Vote` names signed it.
    #[wasm_bindgen(js_name = isSigned)]
    pub fn is_signed(&self, vote: &[u8]) -> bool {
        decode_vote(vote)
            .and_then(|vote| verify_vote(&self.genesis_hash, &self.validators, &vote))
            .is_ok()
    }
}
