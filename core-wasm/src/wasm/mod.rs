//! The crate's door for JavaScript: thin bindings, one file per group of calls.
//! Every function takes and gives bytes; an error crosses as a JavaScript
//! `Error` with a numeric `code` and a string `detail`.

pub mod archive;
pub mod engine;
pub mod evidence;
pub mod formats;
pub mod shard;

use crate::error::CoreError;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::JsValue;

/// A panic leaves the instance unusable. What it says would be lost in the trap
/// that follows, so it is thrown instead: an `Error` without `code`.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
}

impl From<CoreError> for JsValue {
    fn from(error: CoreError) -> JsValue {
        let thrown = js_sys::Error::new(error.code.as_str_name());
        // Setting a property of a fresh, extensible object cannot fail.
        let _ = js_sys::Reflect::set(&thrown, &"code".into(), &(error.code as i32).into());
        let _ = js_sys::Reflect::set(&thrown, &"detail".into(), &error.detail.into());
        thrown.into()
    }
}
