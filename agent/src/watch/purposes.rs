//! What grants are for: the file that a grant names by its hash.

use directory::Purpose;
use protocol::Digest;

use super::watcher::Watcher;
use crate::{chain::Server, failure::Failure, files};

impl Watcher {
    /// What a grant is for: as it was read before, as it was handed over in purposes/, or from one of the servers. Once it is
    /// read it stays here, so that nobody can take it away later.
    ///
    /// # Errors
    /// [`Failure::Failed`] where nobody has the file now, so that it is looked for again; [`Failure::Refused`] where it is no
    /// purpose.
    pub async fn purpose(&self, digest: Digest) -> Result<Purpose, Failure> {
        let file = self.state.purpose(digest);
        let bytes = if file.exists() {
            files::read(&file)?
        } else {
            let found = match self.handed_over(digest) {
                Some(found) => found,
                None => self.served(digest).await?,
            };
            files::write(&file, &found, false)?;
            found
        };
        Purpose::read(&bytes).map_err(|error| Failure::Refused(error.to_string()))
    }

    fn handed_over(&self, digest: Digest) -> Option<Vec<u8>> {
        let handed = files::json_files(&self.state.data("purposes")).unwrap_or_default();
        handed.iter().filter_map(|file| files::read(file).ok()).find(|bytes| Digest::of(bytes) == digest)
    }

    async fn served(&self, digest: Digest) -> Result<Vec<u8>, Failure> {
        let mut last = "no server is named with --server".to_string();
        for server in &self.servers {
            match Server::at(server)?.file(digest).await {
                Ok(bytes) => return Ok(bytes),
                Err(failure) => last = failure.to_string(),
            }
        }
        Err(Failure::Failed(format!(
            "What the grant is for cannot be read now ({last}). It is looked for again; or put the file into purposes/."
        )))
    }
}
