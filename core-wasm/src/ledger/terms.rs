//! What a transaction asks for, in the few numbers that decide about it.

use crate::address::Address;
use crate::proto::Parameters;
use crate::transaction::CheckedBody;

/// The terms of one transaction. Plain numbers, so that a million of them are
/// one allocation.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Who pays and signs.
    pub sender: Address,
    /// Of the sender.
    pub lane: u32,
    /// In the lane; below 2^64 - 1.
    pub nonce: u64,
    /// The last height for it.
    pub valid_until: u64,
    /// The most it may use.
    pub gas_limit: u64,
    /// The most it pays per unit of gas.
    pub max_fee: u64,
    /// Offered above the base fee.
    pub tip: u64,
    /// `gas_limit * max_fee`, at most 2^63 - 1.
    pub fee_max: u64,
    /// Sum of its transfers, at most 2^63 - 1.
    pub amounts: u64,
    /// What it uses: known beforehand, as all actions cost the same.
    pub gas: u64,
}

/// What a transaction uses. No overflow: see [`crate::genesis::check_parameters`].
pub fn gas_of(parameters: &Parameters, envelope_bytes: usize, actions: usize) -> u64 {
    parameters.gas_per_transaction
        + parameters.gas_per_byte * envelope_bytes as u64
        + parameters.gas_per_action * actions as u64
}

impl Terms {
    /// Of a checked body in an envelope of that many bytes.
    pub fn new(
        sender: &Address,
        body: &CheckedBody<'_>,
        envelope_bytes: usize,
        parameters: &Parameters,
    ) -> Terms {
        Terms {
            sender: *sender,
            lane: body.lane,
            nonce: body.nonce,
            valid_until: body.valid_until,
            gas_limit: body.gas_limit,
            max_fee: body.max_fee,
            tip: body.tip,
            fee_max: body.fee_max,
            amounts: body.amounts,
            gas: gas_of(parameters, envelope_bytes, body.actions),
        }
    }

    /// The most that the transaction can take from its sender: two numbers of at
    /// most 2^63 - 1.
    pub fn cost_max(&self) -> u64 {
        self.fee_max.saturating_add(self.amounts)
    }

    /// What is paid per unit of gas where the base fee is `base_fee`.
    pub fn price(&self, base_fee: u64) -> u64 {
        self.max_fee.min(base_fee.saturating_add(self.tip))
    }

    /// What of that is above the base fee; `None` where it does not pay that.
    pub fn tip_at(&self, base_fee: u64) -> Option<u64> {
        Some(self.max_fee.checked_sub(base_fee)?.min(self.tip))
    }
}
