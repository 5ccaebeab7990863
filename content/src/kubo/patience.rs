//! How long a Kubo node is waited for. One that accepts connections and says nothing would otherwise stop whoever asks it.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use futures::{StreamExt, stream};
use tokio::{
    io::{AsyncRead, ReadBuf},
    time::Instant,
};

use crate::store::{ByteStream, StoreError};

/// Time limits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// A node that is asked for what it has alone answers at once, unless its disk is busy.
    pub(super) look: Duration,
    /// What it stores it also writes to its disk and, where it is pinned, looks for in all of its parts.
    pub(super) write: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { look: Duration::from_secs(5), write: Duration::from_secs(60) }
    }
}

impl Patience {
    /// An answer about what the node has.
    pub(super) async fn looks<T>(&self, asked: impl Future<Output = T>) -> Result<T, StoreError> {
        tokio::time::timeout(self.look, asked).await.map_err(|_| late())
    }

    /// An answer to something that it shall store.
    pub(super) async fn writes<T>(&self, asked: impl Future<Output = T>) -> Result<T, StoreError> {
        tokio::time::timeout(self.write, asked).await.map_err(|_| late())
    }

    /// An answer to an upload, however long it is, as long as the node takes more of it.
    pub(super) async fn while_it_takes<T>(
        &self,
        progress: &Progress,
        upload: impl Future<Output = T>,
    ) -> Result<T, StoreError> {
        let mut upload = std::pin::pin!(upload);
        loop {
            let until = progress.last() + self.write;
            match tokio::time::timeout_at(until, upload.as_mut()).await {
                Ok(answer) => return Ok(answer),
                Err(_) if progress.last() + self.write > until => {}
                Err(_) => return Err(late()),
            }
        }
    }

    /// Pieces of a file, each of which comes in time. The time that their reader takes is not counted.
    pub(super) fn between(&self, pieces: ByteStream) -> ByteStream {
        let patience = *self;
        let next = move |pieces: Option<ByteStream>| async move {
            let mut pieces = pieces?;
            match patience.looks(pieces.next()).await {
                Ok(piece) => Some((piece?, Some(pieces))),
                // Nothing more is asked of it.
                Err(late) => Some((Err(late), None)),
            }
        };
        stream::unfold(Some(pieces), next).boxed()
    }
}

fn late() -> StoreError {
    StoreError::Kubo("it did not answer in time".to_owned())
}

/// When something of an upload was last taken. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Progress(Arc<Mutex<Instant>>);

impl Default for Progress {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }
}

impl Progress {
    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

/// A file that says when something is read of it.
pub(super) struct Watched<R> {
    inner: R,
    progress: Progress,
}

impl<R> Watched<R> {
    pub(super) fn new(inner: R, progress: Progress) -> Self {
        Self { inner, progress }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Watched<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let read = Pin::new(&mut self.inner).poll_read(context, buffer);
        if read.is_ready() {
            self.progress.note();
        }
        read
    }
}
