//! What the browser promises: bytes on their way, and its SHA-256.

use futures::{FutureExt, future::LocalBoxFuture};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::SubtleCrypto;
use work::{js::get, worker::scope};

use crate::cause;

const SHA_256: &str = "SHA-256";

/// Bytes that are on their way; none at the end of a file.
pub type Coming = LocalBoxFuture<'static, Result<Option<Uint8Array>, String>>;

/// The bytes of an `ArrayBuffer` that is promised.
pub fn promised(buffer: Promise) -> Coming {
    let buffer = JsFuture::from(buffer);
    async move { buffer.await.map(|buffer| Some(Uint8Array::new(&buffer))).map_err(|e| cause(&e)) }.boxed_local()
}

/// The browser's SHA-256, which has the processor's own instructions.
pub struct Sha256(SubtleCrypto);

impl Sha256 {
    /// None in a page that is not served securely.
    pub fn find() -> Option<Self> {
        // Not `crypto().subtle()` at once: that is typed as if it were always there.
        let crypto = scope().crypto().ok();
        crypto.filter(|crypto| !get(crypto, "subtle").is_undefined()).map(|crypto| Self(crypto.subtle()))
    }

    /// Begins to hash; the bytes may change once this returns.
    pub fn of_bytes(&self, bytes: &[u8]) -> Result<Coming, String> {
        self.0.digest_with_str_and_u8_array(SHA_256, bytes).map(promised).map_err(|e| cause(&e))
    }

    /// Begins to hash bytes outside of the program's memory; an `ArrayBuffer` is promised.
    pub fn of_array(&self, bytes: &Uint8Array) -> Result<Promise, JsValue> {
        self.0.digest_with_str_and_buffer_source(SHA_256, bytes)
    }
}
