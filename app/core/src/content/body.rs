//! Reading what a source sends, hashed as it comes and kept outside of the program's own memory.

use gloo_net::http::Request;
use js_sys::{Array, Reflect, Uint8Array};
use protocol::cid::{Cid, FileHasher};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, ReadableStreamDefaultReader};

use crate::time_limit::{SILENCE, within};

/// What may be one block, bytes: IPFS passes no larger ones on.
const LARGEST_BLOCK: usize = 2 << 20;

/// What came from a source.
pub enum Taken {
    Whole(Body),
    /// More than was to be read.
    TooLarge,
    /// The source has it not, hangs, or broke off.
    Nothing,
}

/// A file that came, with its hashes.
pub struct Body {
    /// The pieces as the browser gave them.
    parts: Array,
    bytes: u64,
    /// Of the file as UnixFS cuts it.
    file: Cid,
    /// Of all bytes as one block, where that may be.
    block: Option<Cid>,
}

impl Body {
    /// Whether these bytes are what the CID names: as a file, or as one block.
    pub fn is(&self, cid: &Cid) -> bool {
        self.file == *cid || self.block == Some(*cid)
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn to_vec(&self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.bytes as usize);
        for part in self.parts.iter() {
            all.extend(Uint8Array::from(part).to_vec());
        }
        all
    }

    /// The same for a worker that reads files.
    pub fn file(&self, name: &str) -> Option<File> {
        File::new_with_u8_array_sequence(&self.parts, name).ok()
    }

    /// For handing it over without a copy in the program's memory.
    pub fn blob(&self) -> Option<Blob> {
        Blob::new_with_u8_array_sequence(&self.parts).ok()
    }
}

/// Takes at most `limit` bytes from an address; `progress` is told how many are there.
pub async fn take(url: &str, limit: u64, progress: &impl Fn(u64)) -> Taken {
    let asked = within(SILENCE, async |signal| Request::get(url).abort_signal(signal.as_ref()).send().await).await;
    let Some(Ok(response)) = asked else { return Taken::Nothing };
    if !response.ok() {
        return Taken::Nothing;
    }
    let length = response.headers().get("content-length").and_then(|l| l.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit) {
        return Taken::TooLarge;
    }
    let reader = response.body().map(|body| body.get_reader().unchecked_into::<ReadableStreamDefaultReader>());
    // A response without a body is an empty file.
    let Some(reader) = reader else { return Taken::Whole(Reading::new().done()) };
    let mut reading = Reading::new();
    loop {
        let Some(Ok(step)) = within(SILENCE, async |_| JsFuture::from(reader.read()).await).await else {
            // Whoever hangs is not waited for.
            let _ = reader.cancel();
            return Taken::Nothing;
        };
        let Some(part) = part(&step) else { return Taken::Whole(reading.done()) };
        reading.add(&part);
        if reading.bytes > limit {
            let _ = reader.cancel();
            return Taken::TooLarge;
        }
        progress(reading.bytes);
    }
}

/// The piece that a reader gave; `None` at the end.
fn part(step: &JsValue) -> Option<Uint8Array> {
    let value = Reflect::get(step, &"value".into()).ok()?;
    value.dyn_into().ok()
}

struct Reading {
    parts: Array,
    bytes: u64,
    hasher: FileHasher,
    /// All of it, while it may be one block.
    block: Option<Vec<u8>>,
}

impl Reading {
    fn new() -> Self {
        Self { parts: Array::new(), bytes: 0, hasher: FileHasher::new(), block: Some(Vec::new()) }
    }

    fn add(&mut self, part: &Uint8Array) {
        let bytes = part.to_vec();
        self.hasher.update(&bytes);
        self.bytes += bytes.len() as u64;
        self.parts.push(part);
        self.block = self.block.take().filter(|b| b.len() + bytes.len() <= LARGEST_BLOCK);
        if let Some(block) = &mut self.block {
            block.extend(bytes);
        }
    }

    fn done(self) -> Body {
        let block = self.block.map(|bytes| Cid::of_block(&bytes));
        Body { parts: self.parts, bytes: self.bytes, file: self.hasher.finish().cid, block }
    }
}
