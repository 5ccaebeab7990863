//! Room for files: taken before each byte of an upload, given back where it fails.
//!
//! An address has a quota, all of them together have a budget, and the disk keeps some space free. The first two are in
//! the database, so that several servers share them; the last is each server's own ([`Disk`]).

use std::time::{Duration, Instant};

use protocol::{Address, cid::Cid, cid::HashedFile};
use sqlx::{AnyConnection, Connection};

use super::disk::{Disk, Held};
use crate::{
    clock,
    config::Limits,
    db::{Db, from_db, to_db},
    problem::ApiError,
};

/// Bytes that an upload has reserved ahead of those that came, at most, however many it declares: what is declared costs nothing,
/// and would be kept from others for as long as the upload lasts.
const STEP: u64 = 16 << 20;
/// Seconds after which a reservation that nobody renews is void.
const VOID_AFTER: u64 = 300;
/// How often an upload renews its own.
const RENEWED_EVERY: Duration = Duration::from_secs(60);
/// Seconds after which whoever was refused because of others' uploads may try again.
pub const AGAIN: u64 = 10;

/// The room of one upload.
pub struct Room {
    db: Db,
    limits: Limits,
    address: Address,
    /// Random, in the database.
    id: String,
    /// Whether the address has stored this file before: it is not charged again.
    before: bool,
    /// Bytes that will come, where the upload says so.
    declared: Option<u64>,
    reserved: u64,
    renewed: Instant,
    held: Held,
    /// Whether the reservation is gone.
    settled: bool,
}

/// Of what there is too little.
enum Short {
    Quota {
        left: u64,
    },
    Budget,
    /// There would be enough without the uploads under way.
    OthersUploads,
}

impl Short {
    fn said_of(self, bytes: u64) -> ApiError {
        match self {
            Self::Quota { left } => ApiError::QuotaExceeded { bytes, left },
            Self::Budget => ApiError::StorageFull,
            Self::OthersUploads => ApiError::TooManyUploads { seconds: AGAIN },
        }
    }
}

impl Room {
    /// Reserves room for the first bytes of a file of so many; `None` where nobody said how many. A file for which there would be
    /// no room without the uploads under way either is refused now.
    ///
    /// # Errors
    /// [`ApiError::QuotaExceeded`], [`ApiError::StorageFull`], [`ApiError::TooManyUploads`], or when the database fails.
    pub async fn reserve(
        db: &Db,
        disk: &Disk,
        limits: Limits,
        address: Address,
        cid: &Cid,
        declared: Option<u64>,
    ) -> Result<Self, ApiError> {
        let before: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM uploads WHERE address = $1 AND cid = $2")
            .bind(address.to_string())
            .bind(cid.to_string())
            .fetch_one(&db.pool)
            .await?;
        let mut room = Self {
            db: db.clone(),
            limits,
            address,
            id: hex::encode(rand::random::<[u8; 16]>()),
            before: before > 0,
            declared,
            reserved: 0,
            renewed: Instant::now(),
            held: disk.hold(),
            settled: false,
        };
        if let Some(bytes) = declared {
            room.could_fit(disk, bytes).await?;
        }
        room.grow(room.ahead_of(0)).await?;
        Ok(room)
    }

    /// So many bytes have come in all. Asked before they are written.
    ///
    /// # Errors
    /// As [`Self::reserve`].
    pub async fn admit(&mut self, taken: u64) -> Result<(), ApiError> {
        if taken > self.reserved {
            // A step ahead; where that is too much, what there is to write just now.
            match self.grow(self.ahead_of(taken)).await {
                Err(ApiError::QuotaExceeded { .. } | ApiError::StorageFull | ApiError::TooManyUploads { .. }) => {
                    self.grow(taken).await?;
                }
                grown => grown?,
            }
        }
        if self.renewed.elapsed() > RENEWED_EVERY {
            self.grow(self.reserved).await?;
        }
        self.held.written(taken);
        Ok(())
    }

    /// What is to be reserved once so many bytes have come.
    fn ahead_of(&self, taken: u64) -> u64 {
        let ahead = taken.saturating_add(STEP);
        match self.declared {
            Some(declared) => ahead.min(declared.max(taken)),
            // The first byte may be the last.
            None if taken == 0 => 0,
            None => ahead,
        }
    }

    /// Whether so many bytes would fit without the uploads under way.
    async fn could_fit(&self, disk: &Disk, bytes: u64) -> Result<(), ApiError> {
        if !disk.could_fit(bytes)? {
            return Err(ApiError::StorageFull);
        }
        let mut connection = self.db.pool.acquire().await?;
        match self.never_fits(&mut connection, bytes).await? {
            Some(short) => Err(short.said_of(bytes)),
            None => Ok(()),
        }
    }

    async fn grow(&mut self, to: u64) -> Result<(), ApiError> {
        self.held.grow(to)?;
        let mut connection = self.db.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        lock(&mut transaction).await?;
        match self.shortage(&mut transaction, to).await? {
            None => {}
            Some(short) => {
                transaction.rollback().await?;
                return Err(short.said_of(to));
            }
        }
        sqlx::query(
            "INSERT INTO reservations (id, address, bytes, expires_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes, expires_at = excluded.expires_at",
        )
        .bind(self.id.as_str())
        .bind(self.address.to_string())
        .bind(to_db(to))
        .bind(to_db(clock::now() + VOID_AFTER))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        (self.reserved, self.renewed) = (to, Instant::now());
        Ok(())
    }

    /// What there is too little of for so many bytes of this upload.
    async fn shortage(&self, transaction: &mut AnyConnection, bytes: u64) -> Result<Option<Short>, ApiError> {
        if let Some(short) = self.never_fits(transaction, bytes).await? {
            return Ok(Some(short));
        }
        let (own, all) = self.reserved_by_others(transaction).await?;
        let (quota, budget) = self.left(transaction).await?;
        let of_quota = self.before || bytes <= quota.saturating_sub(own);
        Ok((!of_quota || bytes > budget.saturating_sub(all)).then_some(Short::OthersUploads))
    }

    /// What there is too little of for so many bytes of this upload, whatever becomes of others.
    async fn never_fits(&self, connection: &mut AnyConnection, bytes: u64) -> Result<Option<Short>, ApiError> {
        let (quota, budget) = self.left(connection).await?;
        if !self.before && bytes > quota {
            return Ok(Some(Short::Quota { left: quota }));
        }
        Ok((bytes > budget).then_some(Short::Budget))
    }

    /// Bytes that nothing stored takes: of the address's quota, and of the budget for all.
    async fn left(&self, connection: &mut AnyConnection) -> Result<(u64, u64), ApiError> {
        let used = used(connection, &self.address).await?;
        let stored: i64 =
            sqlx::query_scalar("SELECT used FROM storage WHERE id = 1").fetch_one(&mut *connection).await?;
        let (quota, budget) = (self.limits.quota, self.limits.max_stored);
        Ok((quota.saturating_sub(used), budget.saturating_sub(from_db(stored))))
    }

    /// Bytes that other uploads have reserved: of this address, and of all.
    async fn reserved_by_others(&self, transaction: &mut AnyConnection) -> Result<(u64, u64), sqlx::Error> {
        let sum = "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM reservations WHERE id <> $1 AND expires_at > $2";
        let now = to_db(clock::now());
        let all: i64 = sqlx::query_scalar(sum).bind(self.id.as_str()).bind(now).fetch_one(&mut *transaction).await?;
        let own: i64 = sqlx::query_scalar(&format!("{sum} AND address = $3"))
            .bind(self.id.as_str())
            .bind(now)
            .bind(self.address.to_string())
            .fetch_one(&mut *transaction)
            .await?;
        Ok((from_db(own), from_db(all)))
    }

    /// The file is whole: charges it to the address, before it is kept. What was reserved of the budget stays reserved
    /// until [`Self::stored`].
    ///
    /// # Errors
    /// [`ApiError::QuotaExceeded`] where the reservation had become void and there is no room any more, or when the
    /// database fails.
    pub async fn charge(&mut self, file: &HashedFile) -> Result<Charge, ApiError> {
        let who = self.address.to_string();
        let mut connection = self.db.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        lock(&mut transaction).await?;
        sqlx::query("INSERT INTO quotas (address, used) VALUES ($1, 0) ON CONFLICT DO NOTHING")
            .bind(who.as_str())
            .execute(&mut *transaction)
            .await?;
        let new =
            sqlx::query("INSERT INTO uploads (address, cid, bytes, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
                .bind(who.as_str())
                .bind(file.cid.to_string())
                .bind(to_db(file.bytes))
                .bind(to_db(clock::now()))
                .execute(&mut *transaction)
                .await?;
        let charge = if new.rows_affected() == 0 {
            Charge::Before
        } else {
            let charged = sqlx::query("UPDATE quotas SET used = used + $1 WHERE address = $2 AND used + $1 <= $3")
                .bind(to_db(file.bytes))
                .bind(who.as_str())
                .bind(to_db(self.limits.quota))
                .execute(&mut *transaction)
                .await?;
            if charged.rows_affected() == 0 {
                let left = self.limits.quota.saturating_sub(used(&mut transaction, &self.address).await?);
                transaction.rollback().await?;
                return Err(ApiError::QuotaExceeded { bytes: file.bytes, left });
            }
            Charge::New
        };
        sqlx::query("UPDATE reservations SET address = '' WHERE id = $1")
            .bind(self.id.as_str())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(charge)
    }

    /// The file is kept: it takes of the budget, once, whoever stored it.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn stored(mut self, file: &HashedFile) -> Result<(), sqlx::Error> {
        let mut connection = self.db.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        lock(&mut transaction).await?;
        let insert = "INSERT INTO contents (cid, bytes, stored_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let new = sqlx::query(insert)
            .bind(file.cid.to_string())
            .bind(to_db(file.bytes))
            .bind(to_db(clock::now()))
            .execute(&mut *transaction)
            .await?;
        if new.rows_affected() == 1 {
            sqlx::query("UPDATE storage SET used = used + $1 WHERE id = 1")
                .bind(to_db(file.bytes))
                .execute(&mut *transaction)
                .await?;
        }
        release(&mut transaction, &self.id).await?;
        transaction.commit().await?;
        self.settled = true;
        Ok(())
    }

    /// Gives the room back.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn give_back(mut self) -> Result<(), sqlx::Error> {
        self.settled = true;
        release(&mut *self.db.pool.acquire().await?, &self.id).await
    }
}

impl Drop for Room {
    /// An upload that was dropped, e.g. because its client hung up, gives back what it had.
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        let (db, id) = (self.db.clone(), std::mem::take(&mut self.id));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let released = async { release(&mut *db.pool.acquire().await?, &id).await };
                if let Err(error) = released.await {
                    // It expires by itself.
                    tracing::warn!(%error, "room for a file cannot be given back now");
                }
            });
        }
    }
}

/// What charging came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge {
    New,
    /// This address has stored this file before, and is not charged again.
    Before,
}

/// Makes those who reserve or store come one after the other. On SQLite any write does, on PostgreSQL this row.
async fn lock(transaction: &mut AnyConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE storage SET used = used WHERE id = 1").execute(transaction).await.map(drop)
}

async fn release(connection: &mut AnyConnection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM reservations WHERE id = $1").bind(id).execute(connection).await.map(drop)
}

async fn used(connection: &mut AnyConnection, address: &Address) -> Result<u64, sqlx::Error> {
    let used = sqlx::query_scalar::<_, i64>("SELECT used FROM quotas WHERE address = $1").bind(address.to_string());
    Ok(used.fetch_optional(connection).await?.map_or(0, from_db))
}

/// Removes reservations that are void; all of them where `all`, because nobody else can have made them.
///
/// # Errors
/// Whatever the database says.
pub async fn sweep(db: &Db, all: bool) -> Result<(), sqlx::Error> {
    let until = if all { i64::MAX } else { to_db(clock::now()) };
    sqlx::query("DELETE FROM reservations WHERE expires_at <= $1").bind(until).execute(&db.pool).await.map(drop)
}
