//! Pages of the built site, as far as the server knows what they are about.

use sqlx::{Row, any::AnyRow};

/// A page.
#[derive(Debug)]
pub struct Page {
    /// Its address as the site's routes write it, e.g. `/bounties/:id`. The name of a parameter says what it can be:
    /// `:id` is a number from 1, `:address` an account or a contract, `:cid` a file.
    pub path: &'static str,
    /// What it is called; what its address names follows.
    pub title: &'static str,
    /// A sentence or two about it.
    pub description: &'static str,
    /// Where what its address names is looked for; `None` where the database does not know.
    pub subject: Option<Looked>,
    /// What its program asks this server first, each exactly as it asks (its library ends queries with `&`), with the
    /// parameter of `path` where it stands: browsers fetch it beside the program.
    pub asks: &'static [&'static str],
    /// The page, as it is written there, of which the newest stand on this one: a list.
    pub lists: Option<&'static str>,
}

/// How what an address names is looked for.
#[derive(Debug)]
pub struct Looked {
    /// SQL for at most one row, of what `$1` is in the address. A column `known` is 1.
    pub select: &'static str,
    /// SQL for the keys of the newest ones as texts, `key`, at most `$1`; `None` where they are nothing to be found by
    /// programs that read whole sites.
    pub newest: Option<&'static str>,
    /// Whether there can be one that is not found.
    pub unknown: Unknown,
    /// What is said about a row that was found, at a moment in seconds since the epoch.
    pub told: fn(&AnyRow, u64) -> Result<Told, sqlx::Error>,
}

/// What it means that nothing is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Numbers are given in order: one far above the last one (SQL for it) does not exist, as soon as the index knows all
    /// blocks. One that was made in the last blocks is never taken for missing.
    IsAbove(&'static str),
    /// Nothing: it need not be known here.
    MayBe,
}

/// What is said about a subject, as strangers wrote it: it is cleaned and escaped where it is shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Where it has a title of its own.
    pub title: Option<String>,
    /// Where there is more to be said than the page's own description.
    pub description: Option<String>,
}

impl Told {
    /// Of a row with the columns `name` and `description`.
    ///
    /// # Errors
    /// Where the row has other ones.
    pub fn named(row: &AnyRow, _: u64) -> Result<Self, sqlx::Error> {
        Ok(Self { title: row.try_get("name")?, description: row.try_get("description")? })
    }
}

impl Page {
    /// One that is about no subject.
    pub const fn plain(path: &'static str, title: &'static str, description: &'static str) -> Self {
        Self { path, title, description, subject: None, asks: &[], lists: None }
    }

    /// The same, about what its address names.
    pub const fn about(self, subject: Looked) -> Self {
        Self { subject: Some(subject), ..self }
    }

    /// The same, with what its program asks first.
    pub const fn asking(self, asks: &'static [&'static str]) -> Self {
        Self { asks, ..self }
    }

    /// The same, as a list of what another page is about.
    pub const fn listing(self, page: &'static str) -> Self {
        Self { lists: Some(page), ..self }
    }
}
