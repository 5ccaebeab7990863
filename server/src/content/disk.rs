//! Free space of the disk that files arrive on.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use crate::problem::ApiError;

/// The disk. Clones share what uploads are about to write.
#[derive(Debug, Clone)]
pub struct Disk(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    /// Bytes that stay free.
    floor: u64,
    /// Bytes that uploads under way may still write.
    promised: Mutex<u64>,
}

/// What one upload may write.
#[derive(Debug)]
pub struct Held {
    disk: Disk,
    all: u64,
    written: u64,
}

impl Disk {
    pub fn of(folder: PathBuf, floor: u64) -> Self {
        Self(Arc::new(Shared { folder, floor, promised: Mutex::default() }))
    }

    /// Begins an upload that may write nothing yet.
    pub fn hold(&self) -> Held {
        Held { disk: self.clone(), all: 0, written: 0 }
    }

    /// Bytes that are free for whoever is not the administrator.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn free(&self) -> std::io::Result<u64> {
        let stat = rustix::fs::statvfs(&self.0.folder)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    /// Whether so many bytes could be written if nothing else were.
    ///
    /// # Errors
    /// When the disk does not answer.
    pub fn could_fit(&self, bytes: u64) -> Result<bool, ApiError> {
        let free = self.free().map_err(ApiError::inside)?;
        Ok(free >= self.0.floor.saturating_add(bytes))
    }
}

impl Held {
    /// Promises that so many bytes in all can be written.
    ///
    /// # Errors
    /// [`ApiError::StorageFull`], or when the disk does not answer.
    pub fn grow(&mut self, to: u64) -> Result<(), ApiError> {
        let free = self.disk.free().map_err(ApiError::inside)?;
        let mut promised = self.disk.0.promised.lock().unwrap_or_else(PoisonError::into_inner);
        let more = to.saturating_sub(self.all);
        if more > 0 || self.all == 0 {
            let left = free.saturating_sub(self.disk.0.floor).saturating_sub(*promised);
            if more > left || free < self.disk.0.floor {
                return Err(ApiError::StorageFull);
            }
        }
        *promised += more;
        self.all += more;
        Ok(())
    }

    /// So many bytes in all are written, or about to be.
    pub fn written(&mut self, bytes: u64) {
        let mut promised = self.disk.0.promised.lock().unwrap_or_else(PoisonError::into_inner);
        let now = bytes.min(self.all).max(self.written);
        *promised = promised.saturating_sub(now - self.written);
        self.written = now;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut promised = self.disk.0.promised.lock().unwrap_or_else(PoisonError::into_inner);
        *promised = promised.saturating_sub(self.all - self.written);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn uploads_at_the_same_time_cannot_promise_away_the_last_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let free = Disk::of(folder.path().into(), 0).free().unwrap();
        // Everything but some 100 MB, so that others who write meanwhile make no difference.
        let disk = Disk::of(folder.path().into(), free.saturating_sub(100 << 20));
        let (mut one, mut two) = (disk.hold(), disk.hold());
        one.grow(60 << 20).unwrap();
        assert!(matches!(two.grow(60 << 20), Err(ApiError::StorageFull)));
        one.written(60 << 20);
        drop(one);
        two.grow(60 << 20).unwrap();
        let mut full = Disk::of(folder.path().into(), u64::MAX).hold();
        assert!(matches!(full.grow(0), Err(ApiError::StorageFull)));
    }
}
