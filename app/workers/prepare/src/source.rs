//! Reads a file piece by piece. The next pieces are on their way while one is worked on.

use std::{collections::VecDeque, rc::Rc};

use dataset::task::Failure;
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::{
    browser::{Coming, promised},
    cause,
    helper::Helper,
};

/// Bytes of a piece, where this thread reads.
const PIECE: u64 = 2 << 20;
/// Pieces that are on their way.
const AHEAD: usize = 3;
/// Bytes from which on a file is worth a second thread.
const LARGE: u64 = 16 << 20;

/// The second thread, started with the first large file.
#[derive(Default)]
pub struct Helpers {
    helper: Option<Rc<Helper>>,
}

impl Helpers {
    pub async fn open(&mut self, file: &File) -> Result<Source, Failure> {
        let mut source = Source::new(file);
        if source.size >= LARGE {
            if !self.helper.as_ref().is_some_and(|helper| helper.is_alive()) {
                // Where a worker cannot start another, it does all itself.
                self.helper = Helper::start().await.ok().map(Rc::new);
            }
            source.helper = self.helper.clone();
        }
        if let Some(helper) = &source.helper {
            helper.open(file).await.map_err(|e| source.unreadable(e))?;
        }
        Ok(source)
    }
}

pub struct Source {
    file: File,
    helper: Option<Rc<Helper>>,
    size: u64,
    /// Bytes asked for, where this thread reads.
    asked: u64,
    /// Bytes handed out.
    pub done: u64,
    coming: VecDeque<Coming>,
}

impl Source {
    fn new(file: &File) -> Self {
        let size = file.size() as u64;
        Self { file: file.clone(), helper: None, size, asked: 0, done: 0, coming: VecDeque::with_capacity(AHEAD) }
    }

    pub const fn size(&self) -> u64 {
        self.size
    }

    pub const fn helper(&self) -> Option<&Rc<Helper>> {
        self.helper.as_ref()
    }

    /// The next piece; none at the end.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, Failure> {
        while self.coming.len() < AHEAD && self.asked < self.size {
            let piece = match &self.helper {
                Some(helper) => helper.next(),
                None => {
                    let end = (self.asked + PIECE).min(self.size);
                    let slice = self.file.slice_with_f64_and_f64(self.asked as f64, end as f64);
                    self.asked = end;
                    promised(slice.map_err(|e| self.unreadable(cause(&e)))?.array_buffer())
                }
            };
            self.coming.push_back(piece);
        }
        let Some(piece) = self.coming.pop_front() else { return Ok(None) };
        let Some(piece) = piece.await.map_err(|e| self.unreadable(e))? else { return Ok(None) };
        self.done += u64::from(piece.length());
        Ok(Some(piece))
    }

    /// The first bytes, at most `len`.
    pub async fn head(file: &File, len: usize) -> Result<Vec<u8>, Failure> {
        let source = Self::new(file);
        let slice = file.slice_with_f64_and_f64(0.0, len as f64).map_err(|e| source.unreadable(cause(&e)))?;
        let buffer = JsFuture::from(slice.array_buffer()).await.map_err(|e| source.unreadable(cause(&e)))?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    fn unreadable(&self, cause: String) -> Failure {
        Failure::Unreadable { name: self.file.name(), cause }
    }
}
