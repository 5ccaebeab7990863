//! Which contracts this server is for, and whether database and chain are about them.
//!
//! A server never takes a database over that is about other contracts, and never begins on a chain that does not have
//! its own: whoever runs it is told, and nothing is deleted.

mod chain;
mod stored;

pub use chain::{Verdict, check as check_chain, check_id};
pub(crate) use stored::{Contracts, compare, contracts_of, stored};

use std::{fmt, process::ExitCode};

use anyhow::{Context, bail};
use protocol::api::Deployment;
use tracing::warn;

use crate::{config::Config, db::Db, family::Families};

/// Why a server does not start, where a program that starts it should know. The other reasons have code 1.
#[derive(Debug, thiserror::Error)]
pub enum Mismatch {
    #[error(
        "The database is about {stored}, but this server is for {wanted}. Nothing was deleted. Start the server with \
         the deployment that the database is about (--deployment), or give this one a database and a folder of its own \
         (--database, --data)."
    )]
    Database { stored: Named, wanted: Named },
    #[error("{0} Nothing was read from there. Check --deployment and --rpc.")]
    Chain(String),
}

impl Mismatch {
    /// What the process ends with.
    pub const OTHER_DATABASE: u8 = 3;
    pub const OTHER_CHAIN: u8 = 4;

    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Database { .. } => Self::OTHER_DATABASE.into(),
            Self::Chain(_) => Self::OTHER_CHAIN.into(),
        }
    }
}

/// A chain and contracts on it, for sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub chain: u64,
    pub contracts: Contracts,
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "chain {} with ", self.chain)?;
        if self.contracts.is_empty() {
            return write!(f, "no contracts");
        }
        for (position, (name, address)) in self.contracts.iter().enumerate() {
            let joint = if position == 0 { "" } else { ", " };
            write!(f, "{joint}{name} {address}")?;
        }
        Ok(())
    }
}

/// Reads the deployment that a server is told of.
///
/// # Errors
/// What is wrong with the file, in a sentence that says what to do.
pub fn read(config: &Config) -> anyhow::Result<Deployment> {
    let path = config.deployment.display();
    let text = std::fs::read(&config.deployment).with_context(|| {
        format!("The deployment {path} cannot be read; `cargo xtask start` writes it. See --deployment.")
    })?;
    let deployment: Deployment =
        serde_json::from_slice(&text).with_context(|| format!("{path} does not describe a deployment."))?;
    for url in &deployment.rpc_urls {
        let Ok(url) = url.parse::<reqwest::Url>() else { continue };
        if !url.username().is_empty() || url.password().is_some() {
            bail!(
                "A node's address in {path} carries a password, and every visitor is shown this file. Name that node \
                 by --rpc, and one for visitors in the file."
            );
        }
        let is_long =
            |part: &str| part.len() >= 20 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if url.query().is_some() || url.path().split('/').any(is_long) {
            warn!(
                "A node's address in {path} looks as if it carried a key. Every visitor is shown it; keep keys in --rpc."
            );
        }
    }
    Ok(deployment)
}

/// Makes sure that the database is empty or about this deployment. One that is about some of its contracts is: the
/// others came later, and their events are read.
///
/// # Errors
/// [`Mismatch::Database`], or whatever the database says.
pub async fn check_database(db: &Db, deployment: &Deployment, families: &Families) -> anyhow::Result<()> {
    let mut connection = db.pool.acquire().await?;
    if let Some(stored) = stored(&mut connection).await? {
        compare(stored, deployment, families)?;
    }
    Ok(())
}
