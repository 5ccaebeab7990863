//! Taking in a file: to a temporary file, hashed while it is written.

use std::{path::Path, time::Duration};

use axum::body::Body;
use futures::StreamExt;
use protocol::cid::{Block, Cid, FileHasher, HashedFile};
use tempfile::{NamedTempFile, TempPath};
use tokio::io::{AsyncWriteExt, BufWriter};

use crate::problem::ApiError;

const BUFFER: usize = 1 << 20;

/// A leaf of a file's DAG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    pub cid: Cid,
    pub position: u64,
    pub bytes: u32,
}

/// A file that has arrived whole and matches its CID. Dropping it removes it.
#[derive(Debug)]
pub struct Upload {
    pub path: TempPath,
    pub file: HashedFile,
    pub leaves: Vec<Leaf>,
    /// Inner nodes with their encodings, the root last; empty for a file of one block.
    pub nodes: Vec<(Cid, Vec<u8>)>,
}

/// Writes `body` to a temporary file in `folder` and checks that it is `expected`.
///
/// # Errors
/// [`ApiError`] when it is too large, breaks off, is silent for longer than `idle`, or has another CID. Nothing is
/// left behind then.
pub async fn receive(body: Body, expected: Cid, folder: &Path, limit: u64, idle: Duration) -> Result<Upload, ApiError> {
    let (file, path) = NamedTempFile::new_in(folder).map_err(ApiError::inside)?.into_parts();
    let mut writer = BufWriter::with_capacity(BUFFER, tokio::fs::File::from_std(file));
    let (mut leaves, mut nodes) = (Vec::new(), Vec::new());
    let mut made = |block: Block<'_>| match block {
        Block::Leaf { cid, offset, len } => leaves.push(Leaf { cid, position: offset, bytes: len }),
        Block::Node { cid, bytes } => nodes.push((cid, bytes.to_vec())),
    };
    let mut hasher = FileHasher::new();
    let mut taken = 0u64;
    let mut pieces = body.into_data_stream();
    loop {
        let piece = tokio::time::timeout(idle, pieces.next()).await;
        let piece = piece.map_err(|_| ApiError::Truncated(format!("no byte came for {} s", idle.as_secs())))?;
        let Some(piece) = piece else { break };
        let piece = piece.map_err(|error| ApiError::Truncated(error.to_string()))?;
        taken += piece.len() as u64;
        if taken > limit {
            return Err(ApiError::TooLarge { limit });
        }
        hasher.update_with(&piece, &mut made);
        writer.write_all(&piece).await.map_err(ApiError::inside)?;
    }
    let file = hasher.finish_with(&mut made);
    if file.cid != expected {
        return Err(ApiError::CidMismatch { expected, found: file.cid });
    }
    writer.flush().await.map_err(ApiError::inside)?;
    writer.get_ref().sync_all().await.map_err(ApiError::inside)?;
    Ok(Upload { path, file, leaves, nodes })
}
