//! A database of a test's own.

use anyhow::Result;
use tempfile::TempDir;

use super::postgres;

/// Where a test's server keeps its data. SQLite's file goes away with it; PostgreSQL's with the cluster.
pub struct Database {
    pub folder: TempDir,
    pub url: String,
    pub is_postgres: bool,
}

impl Database {
    pub fn sqlite() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("test.sqlite").display());
        Ok(Self { folder, url, is_postgres: false })
    }

    pub fn postgres() -> Result<Self> {
        Ok(Self { folder: tempfile::tempdir()?, url: postgres::fresh_database()?, is_postgres: true })
    }

    /// Another empty one of the same kind.
    pub fn sibling(&self) -> Result<Self> {
        if self.is_postgres { Self::postgres() } else { Self::sqlite() }
    }
}
