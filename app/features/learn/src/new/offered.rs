//! What an owner offers: the columns of its data set, and which of them the grant covers.

use app_core::{action::Tools, chain::Learning, content};
use directory::{Column, ColumnKind, ColumnRole, Description, MAX_FILE_BYTES, Purpose};
use protocol::{Digest, cid::Cid};

/// The columns of a data set, as its description names them.
#[derive(Clone, Debug, PartialEq)]
pub struct Offered {
    pub grant: u64,
    pub columns: Vec<Column>,
    /// Those that the grant is for; nothing where it is for any purpose, or nobody has its file.
    pub covered: Option<Vec<String>>,
}

impl Offered {
    /// Reads it; nothing where the description cannot be read, and the names are typed then.
    pub async fn read(tools: Tools, learning: &Learning, grant: u64) -> Option<Self> {
        let (found, dataset) = learning.book.registry.grant(grant)?;
        let (purpose, metadata) = (found.purpose, dataset.terms.metadata);
        let file = async |digest: Digest| {
            content::fetch(tools.settings, &Cid::raw(digest).to_string(), MAX_FILE_BYTES as u64).await.ok()
        };
        let description = Description::read(&file(metadata).await?).ok()?;
        let covered = match purpose {
            Digest::ZERO => None,
            purpose => file(purpose).await.and_then(|file| Purpose::read(&file).ok()).map(|purpose| purpose.columns),
        };
        Some(Self { grant, columns: description.columns, covered })
    }

    pub fn covers(&self, name: &str) -> bool {
        self.covered.as_ref().is_none_or(|covered| covered.iter().any(|one| one == name))
    }

    /// Columns that can be computed with.
    pub fn numbers(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.kind == ColumnKind::Number)
    }

    /// Columns that cannot.
    pub fn words(&self) -> Vec<&str> {
        let words =
            self.columns.iter().filter(|column| column.kind == ColumnKind::Text && column.role != ColumnRole::Key);
        words.map(|column| column.name.as_str()).collect()
    }

    /// The column that has a role, of which there is one at most.
    pub fn of(&self, role: ColumnRole) -> Option<&str> {
        self.columns.iter().find(|column| column.role == role).map(|column| column.name.as_str())
    }
}
