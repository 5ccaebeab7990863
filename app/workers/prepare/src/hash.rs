//! CIDs. The leaves are hashed by the browser, on another thread and with the processor's own instructions; in a
//! page that is not served securely the browser does not offer this, and wasm does it.

use std::collections::VecDeque;

use js_sys::{Promise, Uint8Array};
use protocol::{
    Digest,
    cid::{CHUNK_SIZE, HashedFile, LeafTree},
    dataset::task::Failure,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::SubtleCrypto;

use crate::link::{cause, get, scope};

const SHA_256: &str = "SHA-256";
/// Leaves that are being hashed at most. Each holds a copy of its bytes, outside of wasm's memory.
const IN_FLIGHT: usize = 64;

/// Hashes a file that is given leaf by leaf.
pub struct Hasher {
    browser: Option<SubtleCrypto>,
    tree: LeafTree,
    coming: VecDeque<(Promise, u32)>,
}

impl Hasher {
    pub fn new() -> Self {
        // Not `crypto().subtle()`: that is typed as if it were always there.
        let crypto = scope().crypto().ok();
        let browser = crypto.filter(|crypto| !get(crypto, "subtle").is_undefined()).map(|crypto| crypto.subtle());
        Self { browser, tree: LeafTree::new(), coming: VecDeque::new() }
    }

    /// The next leaves: whole ones, unless it is the end of the file. Their bytes may change once this returns.
    pub fn leaves(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        for leaf in bytes.chunks(CHUNK_SIZE) {
            match &self.browser {
                Some(browser) => {
                    let digest = browser.digest_with_str_and_u8_array(SHA_256, leaf).map_err(|e| failed(&e))?;
                    self.coming.push_back((digest, leaf.len() as u32));
                }
                None => self.tree.push(Digest::of(leaf), leaf.len() as u32),
            }
        }
        Ok(())
    }

    /// Waits until few enough leaves are being hashed.
    pub async fn settle(&mut self) -> Result<(), Failure> {
        self.settle_to(IN_FLIGHT).await
    }

    pub async fn finish(mut self) -> Result<HashedFile, Failure> {
        self.settle_to(0).await?;
        Ok(self.tree.finish())
    }

    async fn settle_to(&mut self, most: usize) -> Result<(), Failure> {
        while self.coming.len() > most
            && let Some((digest, len)) = self.coming.pop_front()
        {
            let digest = JsFuture::from(digest).await.map_err(|e| failed(&e))?;
            let mut bytes = [0; 32];
            Uint8Array::new(&digest).copy_to(&mut bytes);
            self.tree.push(Digest(bytes), len);
        }
        Ok(())
    }
}

fn failed(error: &JsValue) -> Failure {
    Failure::Protocol { cause: format!("the browser could not compute a hash: {}", cause(error)) }
}
