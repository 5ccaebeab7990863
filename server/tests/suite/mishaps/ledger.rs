//! A small family of contracts: a hub makes books, a book emits numbered entries, and what they come to depends on their
//! order. So whatever is left out, doubled or taken from a wrong branch shows.

use std::collections::BTreeMap;

use async_trait::async_trait;
use contracts::DecodeError;
use protocol::{Address, Digest};
use server::{
    chain::RawLog,
    db::{from_db, to_db},
    family::{Decoded, Family, Rows, Table},
    indexer::{Counting, Gap, IndexError},
};
use sqlx::{AnyConnection, Row, migrate::Migrator};

/// The contract that a deployment names.
pub const HUB: &str = "LedgerHub";
/// Views: how many books there are, and how many entries a book has, each as a word.
pub const BOOKS: &[u8] = b"books";
pub const ENTRIES: &[u8] = b"entries";

static MIGRATIONS: Migrator = sqlx::migrate!("./tests/suite/mishaps/migrations");

pub fn opened() -> Digest {
    Digest::of(b"Opened")
}

pub fn entered() -> Digest {
    Digest::of(b"Entered")
}

/// What a book comes to after one more entry.
pub fn next(before: Digest, number: u64, value: u64) -> Digest {
    Digest::of(&[&before.0[..], &number.to_be_bytes(), &value.to_be_bytes()].concat())
}

pub struct Ledger;

pub struct Logged {
    book: Address,
    log: RawLog,
    event: Event,
}

enum Event {
    Opened,
    Entered { number: u64, value: u64 },
}

fn word(log: &RawLog, at: usize) -> Result<u64, DecodeError> {
    let bytes = log.raw.data.get(at..at + 8).ok_or(DecodeError::Malformed)?;
    Ok(u64::from_be_bytes(bytes.try_into().map_err(|_| DecodeError::Malformed)?))
}

fn made(log: &RawLog) -> Option<Address> {
    let [topic, book] = log.raw.topics.as_slice() else { return None };
    let address: [u8; 20] = book.0[12..].try_into().ok()?;
    (*topic == opened()).then_some(Address(address))
}

struct Book {
    opened: bool,
    entries: u64,
    folded: Digest,
}

#[async_trait]
impl Family for Ledger {
    type Event = Logged;
    type Memory = ();

    const NAME: &'static str = "ledger";
    const SUBJECTS: &'static str = "books";
    const CONTRACTS: &'static [&'static str] = &[HUB];
    const TABLES: &'static [Table] = &[
        Table {
            name: "ledger_books",
            rows: Rows::OfSubject("book = $1"),
            digest: "SELECT book, opened, entries, folded FROM ledger_books ORDER BY book",
            sort: true,
        },
        Table {
            name: "ledger_entries",
            rows: Rows::OfLog,
            digest: "SELECT book, number, value, block, block_hash, log_index FROM ledger_entries \
                     ORDER BY block, log_index",
            sort: false,
        },
    ];

    fn decode(&self, log: &RawLog, contract: Option<&str>) -> Result<Option<Decoded<Logged>>, DecodeError> {
        let (book, event) = match contract {
            Some(HUB) => match made(log) {
                Some(book) => (book, Event::Opened),
                None => return Ok(None),
            },
            _ if log.raw.topics.first() == Some(&entered()) => {
                (log.address, Event::Entered { number: word(log, 0)?, value: word(log, 8)? })
            }
            _ => return Ok(None),
        };
        Ok(Some(Decoded::new(book, Logged { book, log: log.clone(), event })))
    }

    async fn apply(&self, tx: &mut AnyConnection, (): &mut (), events: &[Logged]) -> Result<(), IndexError> {
        let mut books = BTreeMap::new();
        for Logged { book, log, event } in events {
            if !books.contains_key(book) {
                books.insert(*book, load(tx, book).await?);
            }
            let state = books.get_mut(book).expect("it was loaded");
            match *event {
                Event::Opened => state.opened = true,
                Event::Entered { number, value } => {
                    if number != state.entries + 1 {
                        let reason = format!("Book {book} has entry {number} after {}.", state.entries);
                        return Err(IndexError::Gap(Gap::since(Self::NAME, book.to_string(), reason)));
                    }
                    state.entries = number;
                    state.folded = next(state.folded, number, value);
                    sqlx::query(
                        "INSERT INTO ledger_entries (book, number, value, block, block_hash, log_index) \
                         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                    )
                    .bind(book.to_string())
                    .bind(to_db(number))
                    .bind(to_db(value))
                    .bind(to_db(log.block))
                    .bind(log.block_hash.to_string())
                    .bind(to_db(log.log_index))
                    .execute(&mut *tx)
                    .await?;
                }
            }
        }
        for (book, state) in books {
            sqlx::query(
                "INSERT INTO ledger_books (book, opened, entries, folded) VALUES ($1, $2, $3, $4) ON CONFLICT (book) \
                 DO UPDATE SET opened = excluded.opened, entries = excluded.entries, folded = excluded.folded",
            )
            .bind(book.to_string())
            .bind(i64::from(state.opened))
            .bind(to_db(state.entries))
            .bind(state.folded.to_string())
            .execute(&mut *tx)
            .await?;
        }
        Ok(())
    }

    async fn missing(&self, counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
        let Some(hub) = counting.deployment.contract(HUB) else { return Ok(None) };
        let Some(books) = counting.view(hub, BOOKS).await.and_then(|word| number(&word)) else { return Ok(None) };
        let told = counting.told(Self::NAME, "SELECT book AS subject FROM ledger_books WHERE opened = 1").await?;
        if books > told {
            let reason = format!("The hub made {books} books, but the node told of {told}.");
            return Ok(Some(Gap::anywhere(Self::NAME, reason)));
        }
        for subject in counting.subjects(Self::NAME).await? {
            let Ok(book) = subject.parse() else { continue };
            let Some(stored) = counting.view(book, ENTRIES).await.and_then(|word| number(&word)) else { continue };
            let told: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM ledger_entries WHERE book = $1 AND block <= $2")
                .bind(&subject)
                .bind(to_db(counting.block()))
                .fetch_one(&mut *counting.connection)
                .await?;
            if stored > from_db(told) {
                let reason = format!("Book {subject} has {stored} entries, but the node told of {told:?}.");
                return Ok(Some(Gap::since(Self::NAME, subject, reason)));
            }
        }
        Ok(None)
    }

    fn makes(&self, log: &RawLog) -> Option<Address> {
        made(log)
    }

    async fn made(&self, connection: &mut AnyConnection) -> Result<Vec<Address>, IndexError> {
        let books: Vec<String> =
            sqlx::query_scalar("SELECT book FROM ledger_books WHERE opened = 1").fetch_all(connection).await?;
        Ok(books.iter().filter_map(|book| book.parse().ok()).collect())
    }

    fn migrations(&self) -> Option<&'static Migrator> {
        Some(&MIGRATIONS)
    }
}

async fn load(tx: &mut AnyConnection, book: &Address) -> Result<Book, sqlx::Error> {
    let select = sqlx::query("SELECT opened, entries, folded FROM ledger_books WHERE book = $1").bind(book.to_string());
    let Some(row) = select.fetch_optional(tx).await? else {
        return Ok(Book { opened: false, entries: 0, folded: Digest::ZERO });
    };
    let folded: String = row.try_get(2)?;
    Ok(Book {
        opened: row.try_get::<i64, _>(0)? == 1,
        entries: from_db(row.try_get(1)?),
        folded: folded.parse().unwrap_or_default(),
    })
}

fn number(word: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(word.last_chunk::<8>()?.to_owned()))
}
