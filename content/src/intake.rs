//! Taking in a file: to a temporary file, hashed while it is written.

use std::{io, path::Path, time::Duration};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use protocol::cid::{Block, Cid, FileHasher, HashedFile};
use tempfile::{NamedTempFile, TempPath};
use tokio::io::{AsyncWriteExt, BufWriter};

const BUFFER: usize = 1 << 20;

/// A leaf of a file's DAG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    /// Raw CID of its bytes.
    pub cid: Cid,
    /// Where in the file it begins, in bytes.
    pub position: u64,
    /// Bytes of the leaf.
    pub bytes: u32,
}

/// A file that has arrived whole and matches its CID. Dropping it removes it.
#[derive(Debug)]
pub struct CheckedFile {
    /// Where it lies until it is kept.
    pub path: TempPath,
    /// Its CID and size.
    pub file: HashedFile,
    /// In the order of the file; one for a file of one block.
    pub leaves: Vec<Leaf>,
    /// Inner nodes with their encodings, the root last; empty for a file of one block.
    pub nodes: Vec<(Cid, Vec<u8>)>,
}

/// Why there is no next piece of a file.
#[derive(Debug)]
pub enum Broken<R> {
    /// The line broke: a fragment of a sentence.
    Line(String),
    /// Whoever keeps files wants no more of it.
    Refused(R),
}

/// Why a file is not taken in. Nothing of it is left behind then.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError<R> {
    #[error("The file is not wanted. Nothing was stored.")]
    Refused(R),
    #[error("The file is larger than the {limit} bytes that are accepted here. Nothing was stored.")]
    TooLarge { limit: u64 },
    #[error("The transfer broke off: {0}. Nothing was stored; send the file again.")]
    Truncated(String),
    #[error(
        "These bytes are {found}, not {expected}. Nothing was stored; the file may have changed since its CID was computed."
    )]
    OtherCid { expected: Cid, found: Cid },
    #[error("The folder for arriving files cannot be used: {0}. Check its rights and the free space.")]
    Disk(#[from] io::Error),
}

/// Writes a stream to a temporary file in `folder` and checks that it is `expected`.
///
/// # Errors
/// [`IntakeError`] when `pieces` refuses one, it has more than `limit` bytes, breaks off, is silent for longer than `idle`, or has another
/// CID.
pub async fn take_in<R>(
    pieces: impl Stream<Item = Result<Bytes, Broken<R>>>,
    expected: Cid,
    folder: &Path,
    limit: u64,
    idle: Duration,
) -> Result<CheckedFile, IntakeError<R>> {
    let (file, path) = NamedTempFile::new_in(folder)?.into_parts();
    let mut writer = BufWriter::with_capacity(BUFFER, tokio::fs::File::from_std(file));
    let (mut leaves, mut nodes) = (Vec::new(), Vec::new());
    let mut made = |block: Block<'_>| match block {
        Block::Leaf { cid, offset, len } => leaves.push(Leaf { cid, position: offset, bytes: len }),
        Block::Node { cid, bytes } => nodes.push((cid, bytes.to_vec())),
    };
    let mut hasher = FileHasher::new();
    let mut taken = 0u64;
    let mut pieces = std::pin::pin!(pieces);
    loop {
        let piece = tokio::time::timeout(idle, pieces.next()).await;
        let piece = piece.map_err(|_| IntakeError::Truncated(format!("no byte came for {} s", idle.as_secs())))?;
        let Some(piece) = piece else { break };
        let piece = piece.map_err(|broken| match broken {
            Broken::Line(why) => IntakeError::Truncated(why),
            Broken::Refused(refusal) => IntakeError::Refused(refusal),
        })?;
        taken += piece.len() as u64;
        if taken > limit {
            return Err(IntakeError::TooLarge { limit });
        }
        hasher.update_with(&piece, &mut made);
        writer.write_all(&piece).await?;
    }
    let file = hasher.finish_with(&mut made);
    if file.cid != expected {
        return Err(IntakeError::OtherCid { expected, found: file.cid });
    }
    writer.flush().await?;
    writer.get_ref().sync_all().await?;
    Ok(CheckedFile { path, file, leaves, nodes })
}
