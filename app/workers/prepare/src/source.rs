//! Reads a file piece by piece. The next pieces are on their way while one is worked on.

use std::{collections::VecDeque, rc::Rc};

use js_sys::{ArrayBuffer, Promise, Uint8Array};
use protocol::{cid::CHUNK_SIZE, dataset::task::Failure};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

use crate::{link::cause, reader::Reader};

/// Bytes of a piece: whole leaves, so that they can be hashed where they are.
const PIECE: u64 = 8 * CHUNK_SIZE as u64;
/// Pieces that are on their way.
const AHEAD: usize = 3;
/// Bytes from which on a file is worth a thread of its own.
const LARGE: u64 = 16 << 20;

/// The thread that reads large files, started with the first of them.
#[derive(Default)]
pub struct Readers {
    reader: Option<Rc<Reader>>,
}

impl Readers {
    pub async fn open(&mut self, file: &File) -> Source {
        let mut source = Source::new(file);
        if source.size >= LARGE {
            if self.reader.is_none() {
                // Where a worker cannot start another, it reads the file itself.
                self.reader = Reader::start().await.ok().map(Rc::new);
            }
            source.reader = self.reader.clone();
        }
        source
    }
}

pub struct Source {
    file: File,
    reader: Option<Rc<Reader>>,
    size: u64,
    /// Bytes asked for.
    asked: u64,
    /// Bytes handed out.
    pub done: u64,
    coming: VecDeque<Promise>,
}

impl Source {
    fn new(file: &File) -> Self {
        let size = file.size() as u64;
        Self { file: file.clone(), reader: None, size, asked: 0, done: 0, coming: VecDeque::with_capacity(AHEAD) }
    }

    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The next piece; none at the end.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, Failure> {
        while self.coming.len() < AHEAD && self.asked < self.size {
            let end = (self.asked + PIECE).min(self.size);
            let slice = self.file.slice_with_f64_and_f64(self.asked as f64, end as f64);
            self.coming.push_back(self.read(&slice.map_err(|e| self.unreadable(&e))?));
            self.asked = end;
        }
        let Some(piece) = self.coming.pop_front() else { return Ok(None) };
        let buffer = JsFuture::from(piece).await.map_err(|e| self.unreadable(&e))?;
        let piece = Uint8Array::new(buffer.unchecked_ref::<ArrayBuffer>());
        self.done += u64::from(piece.length());
        Ok(Some(piece))
    }

    fn read(&self, blob: &Blob) -> Promise {
        match &self.reader {
            Some(reader) => reader.read(blob),
            None => blob.array_buffer(),
        }
    }

    /// The first bytes, at most `len`.
    pub async fn head(file: &File, len: usize) -> Result<Vec<u8>, Failure> {
        let source = Self::new(file);
        let slice = file.slice_with_f64_and_f64(0.0, len as f64).map_err(|e| source.unreadable(&e))?;
        let buffer = JsFuture::from(slice.array_buffer()).await.map_err(|e| source.unreadable(&e))?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    fn unreadable(&self, error: &wasm_bindgen::JsValue) -> Failure {
        Failure::Unreadable { name: self.file.name(), cause: cause(error) }
    }
}
