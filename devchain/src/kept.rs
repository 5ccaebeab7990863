//! What a development network keeps in its folder between runs, and what `--fresh` forgets of it.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use protocol::{Digest, api::Deployment};
use serde_json::json;

use crate::{deploy::code_of_contracts, family::Families};

/// The chain as Anvil writes it.
pub const CHAIN: &str = "chain.json";
/// Where the contracts are.
pub const DEPLOYMENT: &str = "deployment.json";
/// SHA-256 of the code of each contract that was deployed.
pub const CONTRACTS: &str = "contracts.json";
/// Names of the families whose samples are played, a line each.
pub const PLAYED: &str = "samples";
/// Folder of the server.
pub const SERVER: &str = "server";

/// Folder of the programs of organisations that learn together.
pub const AGENTS: &str = "agents";

/// Everything that is kept, each with what a person loses with it.
const ALL: [(&str, &str); 6] = [
    (CHAIN, "the chain, with all bounties, models, balances"),
    (DEPLOYMENT, "the addresses of the contracts"),
    (CONTRACTS, "what the code of the contracts was"),
    (PLAYED, "which samples were played"),
    (AGENTS, "keys, tables and results of the sample organisations' programs"),
    (SERVER, "the server's index, accuracy log, sign-ins and all files that were uploaded"),
];

/// The folder.
#[derive(Debug, Clone)]
pub struct Kept {
    folder: PathBuf,
}

/// What is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    Nothing,
    /// A chain with contracts of these versions.
    Deployed(Box<Deployment>),
}

impl Kept {
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Forgets all that is kept, and nothing else.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn forget(&self) -> Result<()> {
        for (name, _) in ALL {
            let path = self.path(name);
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            match removed {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("{} cannot be forgotten", path.display()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What an earlier run left, where this version can go on with it.
    ///
    /// # Errors
    /// Where it cannot: a sentence that says what `--fresh` forgets. Nothing is changed.
    pub fn before(&self, families: &Families) -> Result<Before> {
        let Some(deployment) = self.read::<Deployment>(DEPLOYMENT)? else {
            // Files of a server without a chain: nobody knows what they are about.
            return if self.path(SERVER).exists() || self.path(CHAIN).exists() {
                self.refuse("The addresses of its contracts are missing")
            } else {
                Ok(Before::Nothing)
            };
        };
        if !self.path(CHAIN).exists() {
            return self.refuse("Its chain is gone: the last run was ended before it could be written");
        }
        // Versions before this one did not write their contracts down; theirs are others.
        let known: BTreeMap<String, Digest> = self.read(CONTRACTS)?.unwrap_or_default();
        let current = code_of_contracts(families)?;
        let changed: Vec<&str> = current
            .iter()
            .filter(|(name, digest)| match known.get(**name) {
                Some(before) => before != *digest,
                // One that came with this version is deployed beside the others.
                None => known.is_empty(),
            })
            .map(|(name, _)| *name)
            .collect();
        if changed.is_empty() {
            return Ok(Before::Deployed(Box::new(deployment)));
        }
        self.refuse(&format!("The contracts have changed since ({})", changed.join(", ")))
    }

    /// Notes where contracts are and what their code is.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn note(&self, deployment: &Deployment, families: &Families) -> Result<()> {
        fs::write(self.path(CONTRACTS), serde_json::to_vec_pretty(&json!(code_of_contracts(families)?))?)?;
        Ok(fs::write(self.path(DEPLOYMENT), serde_json::to_vec_pretty(deployment)?)?)
    }

    fn read<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let path = self.path(name);
        match fs::read(&path) {
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(value) => Ok(Some(value)),
                Err(_) => self.refuse(&format!("{} cannot be read", path.display())),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    fn refuse<T>(&self, why: &str) -> Result<T> {
        bail!(
            "{} has a development network that this version cannot go on with. {why}.\n\n{}\n\nNothing was changed. To go \
             on with it, use the version that made it.",
            self.folder.display(),
            self.forgetting()
        )
    }

    /// What `--fresh` forgets, in words.
    pub fn forgetting(&self) -> String {
        let mut text = "`cargo xtask start --fresh` begins anew. It forgets, and cannot bring back:".to_owned();
        for (name, what) in ALL.iter().filter(|(name, _)| self.path(name).exists()) {
            text.push_str(&format!("\n  {}: {what}", Path::new(&self.folder).join(name).display()));
        }
        text.push_str(
            "\nIt leaves everything else alone. Your browser keeps its vault; what it has of the old chain is of no use \
             any more.",
        );
        text
    }
}
