//! The keys of a seat: one for its links, one that signs, one to which results are sealed.

use std::path::Path;

use link::public_key;
use mpc_run::SessionKey;
use protocol::{Address, Digest};
use rand_core::{OsRng, TryRngCore as _};
use serde::{Deserialize, Serialize};

use crate::{failure::Failure, files};

/// As it stands in its file. Whoever has the file can take the seat.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    link: Digest,
    session: Digest,
    directory: Digest,
}

/// What others may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Public {
    pub link: Digest,
    pub signer: Address,
    pub directory: Digest,
}

/// 32 bytes from the operating system.
pub fn random() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    OsRng.try_fill_bytes(&mut bytes).map_err(|error| {
        Failure::Failed(format!("The operating system gives no random bytes ({error}). Nothing was sent."))
    })?;
    Ok(bytes)
}

impl Keys {
    pub fn draw() -> Result<Self, Failure> {
        Ok(Self { link: Digest(random()?), session: Digest(random()?), directory: Digest(random()?) })
    }

    pub fn read(file: &Path) -> Result<Self, Failure> {
        files::read_json(file, "file of keys")
    }

    /// Never over another file: keys that are lost cannot be had again.
    pub fn write(&self, file: &Path) -> Result<(), Failure> {
        if file.exists() {
            let file = file.display();
            return Err(Failure::Given(format!(
                "{file} exists already, and keys are never written over. Name another."
            )));
        }
        files::write_json(file, self, true)
    }

    pub fn public(&self) -> Result<Public, Failure> {
        let key = |secret: &Digest| {
            let key = public_key(&secret.0).map(Digest);
            key.ok_or_else(|| Failure::Given("A key in this file cannot be used. Draw new ones.".to_string()))
        };
        Ok(Public { link: key(&self.link)?, signer: self.session()?.address(), directory: key(&self.directory)? })
    }

    pub fn session(&self) -> Result<SessionKey, Failure> {
        Ok(SessionKey::new(&self.session.0)?)
    }

    pub fn link(&self) -> [u8; 32] {
        self.link.0
    }

    pub fn directory(&self) -> &[u8; 32] {
        &self.directory.0
    }
}
