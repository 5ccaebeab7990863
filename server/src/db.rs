//! The database: SQLite in a file, or PostgreSQL. Both speak the same SQL here: TEXT and BIGINT only, numbered
//! parameters, `ON CONFLICT`.

mod values;

use std::{sync::Once, time::Duration};

use futures::future::BoxFuture;
use sqlx::{
    AnyConnection, AnyPool, Connection, Executor,
    any::{AnyArguments, AnyPoolOptions, install_default_drivers},
    error::BoxDynError,
    migrate::{Migration, MigrationSource, Migrator},
    query::Query,
};
pub use values::{from_db, join, name, split, to_db};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
static DRIVERS: Once = Once::new();

/// Parameters of one statement; SQLite takes 32,766, PostgreSQL 65,535.
const MAX_PARAMETERS: usize = 30_000;

/// Which database is behind the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A pool of connections to a migrated database.
#[derive(Debug, Clone)]
pub struct Db {
    pub pool: AnyPool,
    pub kind: Kind,
    url: String,
}

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("The database URL must begin with sqlite:// or postgres://; {0:?} does not.")]
    Url(String),
    #[error("The database cannot be opened: {0}. Check --database and that the folder can be written.")]
    Open(#[source] sqlx::Error),
    #[error("The database cannot be brought to this version: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

impl Db {
    /// Connects and migrates.
    ///
    /// # Errors
    /// [`DbError`] when the URL is of another kind, or the database cannot be reached or migrated.
    pub async fn open(url: &str) -> Result<Self, DbError> {
        Self::open_with(url, &[]).await
    }

    /// Connects and migrates, also by migrations that are not the server's own. All versions are brought into one
    /// order.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with(url: &str, more: &[&'static Migrator]) -> Result<Self, DbError> {
        DRIVERS.call_once(install_default_drivers);
        let kind = match url.split_once(':') {
            Some(("sqlite", _)) => Kind::Sqlite,
            Some(("postgres" | "postgresql", _)) => Kind::Postgres,
            _ => return Err(DbError::Url(url.split('@').next_back().unwrap_or_default().to_string())),
        };
        let pool = AnyPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(5))
            .after_connect(move |connection, _| Box::pin(async move { prepare(connection, kind).await }))
            .connect(url)
            .await
            .map_err(DbError::Open)?;
        let migrations = [&MIGRATIONS].iter().chain(more).flat_map(|migrator| migrator.iter().cloned()).collect();
        Migrator::new(Together(migrations)).await?.run(&pool).await?;
        Ok(Self { pool, kind, url: url.to_string() })
    }

    /// A connection outside the pool, for the indexer: on PostgreSQL it holds the lock that elects it.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn dedicated(&self) -> Result<AnyConnection, sqlx::Error> {
        let mut connection = AnyConnection::connect(&self.url).await?;
        prepare(&mut connection, self.kind).await?;
        Ok(connection)
    }
}

/// Migrations of several sources.
#[derive(Debug)]
struct Together(Vec<Migration>);

impl MigrationSource<'static> for Together {
    fn resolve(mut self) -> BoxFuture<'static, Result<Vec<Migration>, BoxDynError>> {
        self.0.sort_by_key(|migration| migration.version);
        Box::pin(std::future::ready(Ok(self.0)))
    }
}

async fn prepare(connection: &mut AnyConnection, kind: Kind) -> Result<(), sqlx::Error> {
    if kind == Kind::Sqlite {
        // WAL: readers never wait for the indexer, and a killed process leaves a whole transaction or none.
        connection.execute("PRAGMA journal_mode = WAL").await?;
        connection.execute("PRAGMA synchronous = NORMAL").await?;
        connection.execute("PRAGMA busy_timeout = 10000").await?;
        // 40 MB of log before it is worked into the file, and 64 MB of cache: catching up writes in large strides.
        connection.execute("PRAGMA wal_autocheckpoint = 10000").await?;
        connection.execute("PRAGMA cache_size = -65536").await?;
    }
    Ok(())
}

/// A statement with its parameters, as sqlx takes it for either database.
pub type Statement<'q> = Query<'q, sqlx::Any, AnyArguments<'q>>;

/// Rows of one insert.
const ROWS: usize = 500;

/// Inserts many rows with few statements. `bind` binds the `columns` of one row.
///
/// # Errors
/// Whatever the database says.
pub async fn insert_many<T>(
    connection: &mut AnyConnection,
    into: &str,
    columns: usize,
    conflict: &str,
    rows: &[T],
    bind: impl for<'q> Fn(Statement<'q>, &'q T) -> Statement<'q>,
) -> Result<(), sqlx::Error> {
    // SQLite looks named and numbered parameters up one by one, which takes longer than the insert itself.
    let numbered = connection.backend_name() != "SQLite";
    for chunk in rows.chunks(ROWS.min(MAX_PARAMETERS / columns)) {
        let values = placeholders(chunk.len(), columns, numbered);
        let sql = format!("INSERT INTO {into} VALUES {values} {conflict}");
        // Full chunks share one prepared statement; odd ones are not worth keeping.
        let mut query = sqlx::query(&sql).persistent(chunk.len() == ROWS);
        for row in chunk {
            query = bind(query, row);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// `($1, $2), ($3, $4)`, or `(?, ?), (?, ?)`.
fn placeholders(rows: usize, columns: usize, numbered: bool) -> String {
    let parameter = |n: usize| if numbered { format!("${n}") } else { "?".to_string() };
    let row = |r: usize| {
        let parameters: Vec<String> = (1..=columns).map(|c| parameter(r * columns + c)).collect();
        format!("({})", parameters.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// `$from, …` for `count` values.
pub fn list(from: usize, count: usize) -> String {
    (from..from + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}
