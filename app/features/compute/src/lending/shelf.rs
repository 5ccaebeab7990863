//! Files by their CIDs: of this page's server or the chosen gateway, and put there.

use app_core::{
    action::{ActionError, Tools},
    content::{self, ContentError},
    server,
};
use compute_provider::Files;
use js_sys::Uint8Array;
use protocol::{
    Address,
    cid::{Cid, FileHasher},
};

/// Where files are looked for and put.
#[derive(Clone, Copy)]
pub struct Shelf {
    pub tools: Tools,
    pub account: Address,
}

impl Files for Shelf {
    type Error = ContentError;

    async fn get(&self, cid: Cid, most: u64) -> Result<Vec<u8>, ContentError> {
        content::fetch(self.tools.settings, &cid.to_string(), most).await
    }
}

impl Shelf {
    /// Puts a file where others can have it.
    ///
    /// # Errors
    /// [`ActionError`]: the server does not take it, or the wallet refuses to sign in.
    pub async fn put(&self, bytes: &[u8]) -> Result<Cid, ActionError> {
        let cid = FileHasher::hash(bytes).cid;
        self.put_as(cid, bytes).await?;
        Ok(cid)
    }

    /// The same where the CID is known.
    ///
    /// # Errors
    /// [`ActionError`]
    pub async fn put_as(&self, cid: Cid, bytes: &[u8]) -> Result<(), ActionError> {
        let body = Uint8Array::from(bytes).into();
        server::store(self.tools.wallet, self.account, &cid.to_string(), body).await?;
        Ok(())
    }
}
