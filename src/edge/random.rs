//! Randomness, by the runtime's own generator.

use worker::js_sys::{Function, Reflect, global};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Result};

/// A new random UUID: 36 characters, of which 122 bits cannot be guessed.
pub fn uuid() -> Result<String> {
    let crypto = Reflect::get(&global(), &JsValue::from_str("crypto"))?;
    let make: Function = Reflect::get(&crypto, &JsValue::from_str("randomUUID"))?.dyn_into()?;
    make.call0(&crypto)?.as_string().ok_or_else(|| Error::from("a UUID that is no text"))
}
