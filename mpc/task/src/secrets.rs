//! The keys of one seat.

use mpc_run::{RunError, SessionKey};
use protocol::{Address, Digest};
use serde::{Deserialize, Serialize};

/// The keys of one seat of one task, which only its holder's browser has. Drawn by the worker; kept until the task is over,
/// since whoever loses them cannot play the seat and loses its bond.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// X25519, of the links of this task.
    pub link: Digest,
    /// Signs for the seat.
    pub session: Digest,
    /// Salt of what is said of the table on chain.
    pub salt: Digest,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

/// What others may know of them: it is confirmed on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Public {
    pub link: Digest,
    pub signer: Address,
}

impl Secrets {
    /// # Errors
    /// [`RunError`] where a key is none, which for drawn ones does not happen.
    pub fn public(&self) -> Result<Public, RunError> {
        let link = public_key(&self.link).ok_or(RunError::SessionKey { what: "its link has no key" })?;
        Ok(Public { link, signer: self.session()?.address() })
    }

    /// # Errors
    /// [`RunError::SessionKey`]
    pub fn session(&self) -> Result<SessionKey, RunError> {
        SessionKey::new(&self.session.0)
    }

    /// What is said on chain of the table with which a seat is confirmed: salted, so that nobody can try tables against it.
    pub fn input(&self, table: &[u8]) -> Digest {
        Digest::of(&[&b"ModelMarket input 1"[..], &self.salt.0, table].concat())
    }
}

/// The public part of an X25519 key.
pub fn public_key(secret: &Digest) -> Option<Digest> {
    link::public_key(&secret.0).map(Digest)
}
