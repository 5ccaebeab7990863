//! Which page an address leads to.

use protocol::{Address, cid::Cid, site::PROMISE};

use crate::{
    db::to_db,
    family::{Families, Page},
};

/// Pages that are about no family.
const PAGES: &[Page] = &[
    Page::plain("/", super::SITE, PROMISE).asking(&["/api/figures", "/api/bounties?limit=5&"]).listing("/bounties/:id"),
    Page::plain("/work", "My work", "What waits for you, and what you take part in."),
    Page::plain("/account/:address", "Account", "What an account has done here."),
    Page::plain("/settings", "Settings", "How this page looks, and from where it reads the chain."),
];

/// A page, and what its address names.
#[derive(Debug)]
pub struct Place {
    pub page: &'static Page,
    pub key: Option<Key>,
}

/// All pages.
pub fn all(families: &Families) -> impl Iterator<Item = &'static Page> {
    PAGES.iter().chain(families.pages())
}

/// What an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Number(u64),
    Address(Address),
    Cid(Cid),
}

impl Place {
    /// The page at a path, as the site's router finds it: pages without a parameter first. `None` where it shows none,
    /// also because the parameter cannot name anything.
    pub fn at(path: &str, families: &Families) -> Option<Self> {
        // As the router does, which leaves one slash at the end out.
        let path = path.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(path);
        let all = || all(families);
        if let Some(page) = all().find(|page| page.path == path) {
            return Some(Self { page, key: None });
        }
        let (folder, parameter) = path.rsplit_once('/')?;
        all().find_map(|page| {
            let (under, _) = page.path.rsplit_once("/:")?;
            (under == folder).then(|| Self::of(page, parameter))?
        })
    }
}

impl Place {
    /// The page about something, named as addresses name it; `None` where that cannot be.
    pub fn of(page: &'static Page, key: &str) -> Option<Self> {
        let (_, name) = page.path.rsplit_once("/:")?;
        Key::read(name, key).map(|key| Self { page, key: Some(key) })
    }

    /// Its address.
    pub fn path(&self) -> String {
        self.with_key(self.page.path)
    }

    /// What the page's program asks this server first.
    pub fn asks(&self) -> Vec<String> {
        self.page.asks.iter().map(|ask| self.with_key(ask)).collect()
    }

    /// A text with the key in the place of the page's parameter.
    fn with_key(&self, text: &str) -> String {
        let parameter = self.page.path.rsplit_once('/').map_or("", |(_, last)| last);
        self.key.map_or_else(|| text.to_owned(), |key| text.replace(parameter, &key.text()))
    }
}

impl Key {
    fn read(name: &str, text: &str) -> Option<Self> {
        match name {
            "id" => text.parse().ok().filter(|id| (1..=i64::MAX as u64).contains(id)).map(Self::Number),
            "address" => text.parse().ok().map(Self::Address),
            "cid" => text.parse().ok().map(Self::Cid),
            _ => None,
        }
    }

    /// What stands behind the page's name where the subject has no name of its own.
    pub fn shown(self) -> String {
        match self {
            Self::Number(id) => id.to_string(),
            Self::Address(address) => address.short(),
            Self::Cid(cid) => cid.short(),
        }
    }

    /// As it stands in an address.
    fn text(self) -> String {
        match self {
            Self::Number(id) => id.to_string(),
            Self::Address(address) => address.to_string(),
            Self::Cid(cid) => cid.to_string(),
        }
    }

    /// Put into a query.
    pub fn bound<'q>(self, query: Statement<'q>) -> Statement<'q> {
        match self {
            Self::Number(id) => query.bind(to_db(id)),
            Self::Address(_) | Self::Cid(_) => query.bind(self.text()),
        }
    }
}

type Statement<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments<'q>>;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use protocol::{Address, cid::Cid};

    use super::{Key, Place};
    use crate::families;

    fn found(path: &str) -> Option<(&'static str, Option<Key>)> {
        Place::at(path, &families::all()).map(|place| (place.page.path, place.key))
    }

    #[test]
    fn addresses_lead_to_pages() {
        let address: Address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".parse().unwrap();
        let cid = Cid::of_block(b"model");
        for (path, expected) in [
            ("/".to_owned(), ("/", None)),
            ("/bounties".into(), ("/bounties", None)),
            ("/bounties/".into(), ("/bounties", None)),
            ("/bounties/7".into(), ("/bounties/:id", Some(Key::Number(7)))),
            ("/models/new".into(), ("/models/new", None)),
            (format!("/models/{address}"), ("/models/:address", Some(Key::Address(address)))),
            (format!("/account/{address}/"), ("/account/:address", Some(Key::Address(address)))),
            (format!("/run/{cid}"), ("/run/:cid", Some(Key::Cid(cid)))),
            ("/data/sets/1".into(), ("/data/sets/:id", Some(Key::Number(1)))),
        ] {
            assert_eq!(found(&path), Some(expected), "{path}");
        }
        for path in [
            "",
            "/nonsense",
            "/bounties/0",
            "/bounties/-1",
            "/bounties/seven",
            "/bounties/9223372036854775808",
            "/bounties/7/8",
            "/bounties/7//",
            "/models/0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
            "/models/0x12",
            "/run/none",
            "/:id",
            "/bounties/:id/x",
        ] {
            assert_eq!(found(path), None, "{path}");
        }
    }
}
