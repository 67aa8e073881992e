//! Receipts (`rustorium.v1.Receipt`), written without a detour.

use crate::hash::Hash;
use crate::proto::ErrorCode;
use crate::wire::put_varint;

pub(crate) const TRANSACTION_ID: [u8; 2] = [0x0a, 32];
pub(crate) const CODE: u8 = 0x10;
pub(crate) const CHARGED: [u8; 2] = [0x18, 1];
pub(crate) const GAS_USED: u8 = 0x20;
pub(crate) const FEE: u8 = 0x28;
pub(crate) const MESSAGES_ROOT: [u8; 2] = [0x32, 32];

/// What became of one transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// `None`: executed.
    pub fault: Option<ErrorCode>,
    /// Whether fee and nonce were taken although there is a fault.
    pub charged: bool,
    /// Gas paid for.
    pub gas_used: u64,
    /// Paid.
    pub fee: u64,
    /// Over the messages emitted, if there are any.
    pub messages_root: Option<Hash>,
}

impl Outcome {
    /// Of a transaction that leaves no trace.
    pub fn rejected(fault: ErrorCode) -> Outcome {
        Outcome { fault: Some(fault), ..Outcome::default() }
    }

    /// Whether the nonce is used up.
    pub fn is_charged(&self) -> bool {
        self.fault.is_none() || self.charged
    }

    /// Appends the receipt of the transaction with that id.
    pub fn encode_into(&self, id: &Hash, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&TRANSACTION_ID);
        bytes.extend_from_slice(id);
        if let Some(fault) = self.fault {
            bytes.push(CODE);
            // Codes are 100 to 999.
            put_varint(bytes, fault as u64);
        }
        if self.charged {
            bytes.extend_from_slice(&CHARGED);
        }
        for (tag, value) in [(GAS_USED, self.gas_used), (FEE, self.fee)] {
            if value != 0 {
                bytes.push(tag);
                put_varint(bytes, value);
            }
        }
        if let Some(root) = &self.messages_root {
            bytes.extend_from_slice(&MESSAGES_ROOT);
            bytes.extend_from_slice(root);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::Receipt;
    use proptest::prelude::*;
    use prost::Message;

    proptest! {
        #[test]
        fn the_encoding_is_that_of_protobuf(
            id: Hash, failed: bool, charged: bool, gas_used: u64, fee: u64, messages_root: Option<Hash>
        ) {
            let fault = failed.then_some(ErrorCode::InsufficientBalance);
            let outcome = Outcome { fault, charged, gas_used, fee, messages_root };
            for outcome in [outcome, Outcome::default(), Outcome::rejected(ErrorCode::SlotFull)] {
                let mut bytes = Vec::new();
                outcome.encode_into(&id, &mut bytes);
                let receipt = Receipt {
                    transaction_id: id.to_vec(),
                    code: outcome.fault.map_or(0, |code| code as u32),
                    charged: outcome.charged,
                    gas_used: outcome.gas_used,
                    fee: outcome.fee,
                    messages_root: outcome.messages_root.map_or(vec![], |root| root.to_vec()),
                };
                prop_assert_eq!(bytes, receipt.encode_to_vec());
            }
        }
    }
}
