//! Nonces that cost the server nothing until they are used: each carries its time and a keyed hash, and only a
//! sign-in whose signature is right writes to the database.

use hmac::{Hmac, Mac, digest::InvalidLength};
use protocol::api::Nonce;
use sha2::Sha256;
use sqlx::Row;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    clock,
    db::{Db, to_db},
    problem::ApiError,
};

const TIME: usize = 10;
const RANDOM: usize = 16;
const MAC: usize = 24;

/// Makes nonces and knows its own.
#[derive(Clone)]
pub struct Nonces {
    /// HMAC-SHA-256 with the key of this server.
    mac: Hmac<Sha256>,
    /// Seconds.
    lifetime: u64,
}

impl Nonces {
    /// Reads the key of this server, or makes it; servers on one database share it. `lifetime` in seconds.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn load(db: &Db, lifetime: u64) -> Result<Self, sqlx::Error> {
        let fresh = hex::encode(rand::random::<[u8; 32]>());
        sqlx::query("INSERT INTO secrets (name, value) VALUES ('nonces', $1) ON CONFLICT DO NOTHING")
            .bind(fresh)
            .execute(&db.pool)
            .await?;
        let row = sqlx::query("SELECT value FROM secrets WHERE name = 'nonces'").fetch_one(&db.pool).await?;
        let mut key = [0; 32];
        hex::decode_to_slice(row.try_get::<&str, _>(0)?, &mut key).map_err(|e| sqlx::Error::Decode(e.into()))?;
        Self::new(&key, lifetime).map_err(|error| sqlx::Error::Decode(error.into()))
    }

    fn new(key: &[u8; 32], lifetime: u64) -> Result<Self, InvalidLength> {
        Ok(Self { mac: Hmac::new_from_slice(key)?, lifetime })
    }

    /// A nonce, and the time that belongs to it.
    pub fn issue(&self) -> Nonce {
        let at = clock::now();
        let head = format!("{at:0TIME$x}{}", hex::encode(rand::random::<[u8; RANDOM / 2]>()));
        let mac = self.mac.clone().chain_update(&head).finalize().into_bytes();
        Nonce { nonce: format!("{head}{}", hex::encode(&mac[..MAC / 2])), issued_at: rfc3339(at) }
    }

    /// Whether this server issued the nonce at that time, not too long ago.
    ///
    /// # Errors
    /// [`ApiError::Nonce`].
    pub fn check(&self, nonce: &str, issued_at: &str) -> Result<(), ApiError> {
        let foreign = ApiError::Nonce("was not issued here");
        if nonce.len() != TIME + RANDOM + MAC || !nonce.is_ascii() {
            return Err(foreign);
        }
        let (head, mac) = nonce.split_at(TIME + RANDOM);
        let (Ok(at), Ok(mac)) = (u64::from_str_radix(&head[..TIME], 16), hex::decode(mac)) else { return Err(foreign) };
        // In equal time for equal and unequal, so that nobody can feel their way to a valid one.
        if self.mac.clone().chain_update(head).verify_truncated_left(&mac).is_err() {
            return Err(foreign);
        }
        if issued_at != rfc3339(at) {
            return Err(ApiError::Nonce("was issued at another time than the message says"));
        }
        if clock::now() >= at + self.lifetime {
            return Err(ApiError::Nonce("is too old"));
        }
        Ok(())
    }

    /// Uses a nonce up, once and for all servers on the database.
    ///
    /// # Errors
    /// [`ApiError::Nonce`] when it was used before.
    pub async fn spend(&self, db: &Db, nonce: &str) -> Result<(), ApiError> {
        let until = clock::now() + self.lifetime;
        let spent = sqlx::query("INSERT INTO used_nonces (nonce, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(nonce)
            .bind(to_db(until))
            .execute(&db.pool)
            .await?;
        if spent.rows_affected() == 1 { Ok(()) } else { Err(ApiError::Nonce("was used before")) }
    }
}

fn rfc3339(at: u64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(to_db(at)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    time.format(&Rfc3339).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_own_and_fresh_nonces_pass() {
        let ours = Nonces::new(&[1; 32], 60).unwrap();
        let Nonce { nonce, issued_at } = ours.issue();
        assert!(nonce.bytes().all(|b| b.is_ascii_alphanumeric()));
        assert!(ours.check(&nonce, &issued_at).is_ok());
        let theirs = Nonces::new(&[2; 32], 60).unwrap();
        assert!(matches!(theirs.check(&nonce, &issued_at), Err(ApiError::Nonce("was not issued here"))));
        let other = "2020-01-01T00:00:00Z";
        assert!(matches!(ours.check(&nonce, other), Err(ApiError::Nonce(why)) if why.contains("another time")));
        let strict = Nonces { lifetime: 0, ..ours.clone() };
        assert!(matches!(strict.check(&nonce, &issued_at), Err(ApiError::Nonce("is too old"))));
        // The last digit is part of what is verified, in lower case and in upper.
        let changed = format!("{}{}", &nonce[..nonce.len() - 1], if nonce.ends_with('0') { '1' } else { '0' });
        assert!(matches!(ours.check(&changed, &issued_at), Err(ApiError::Nonce("was not issued here"))));
        for junk in ["", "é", "0", &"é".repeat(25)] {
            assert!(strict.check(junk, &issued_at).is_err());
        }
    }
}
