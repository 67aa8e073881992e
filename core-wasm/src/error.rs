//! One error type for the crate: a stable code, and the figures that a reader
//! of the message needs.

use crate::proto::ErrorCode;

/// Why bytes from outside were refused. The sentences for people live with the
/// shells (`src/errors` in TypeScript); `detail` is the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoreError {
    /// Stable across versions.
    pub code: ErrorCode,
    /// What was found and what was expected, empty when the code says it all.
    pub detail: String,
}

/// What fallible functions of the crate return.
pub type CoreResult<T> = Result<T, CoreError>;

impl CoreError {
    /// An error that needs no further evidence.
    pub fn new(code: ErrorCode) -> Self {
        Self { code, detail: String::new() }
    }

    /// An error with the figures that explain it.
    pub fn with(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

impl std::fmt::Display for CoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str_name(), self.detail)
    }
}

impl std::error::Error for CoreError {}
