//! What contributors say that samples were before they were encoded. Opt-in, and nobody's word but theirs.

use ::shared_model::{FAMILY, Original};
use content::{ContentStore, read_whole};
use protocol::{Address, Digest, cid::Cid, subject::Subject};
use sqlx::Connection;

use crate::{
    clock,
    db::{Db, to_db},
    indexer::touched,
    problem::ApiError,
};

/// Bytes of an original: a picture of some size at most.
const MAX_ORIGINAL: u64 = 4 << 20;
/// Characters of a text that can be searched.
const SEARCHED: usize = 4_000;

/// Notes the original of a contribution, in place of an earlier one.
///
/// # Errors
/// [`ApiError::NoContent`] where the file is not stored here, [`ApiError::TooLarge`], [`ApiError::BadRequest`] where it
/// is no original, or when store or database fail.
pub async fn tell(db: &Db, store: &dyn ContentStore, model: Address, key: Digest, cid: &Cid) -> Result<(), ApiError> {
    let size = store.size(cid).await.map_err(ApiError::inside)?.ok_or(ApiError::NoContent(*cid))?;
    if size > MAX_ORIGINAL {
        return Err(ApiError::TooLarge { limit: MAX_ORIGINAL });
    }
    let bytes = read_whole(store, cid, size).await.map_err(ApiError::inside)?;
    let original = Original::parse(&bytes).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.trim_end_matches('.');
        ApiError::BadRequest(format!("{cid} cannot be what a sample was before it was encoded: {reason}."))
    })?;
    let mut connection = db.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    touched::news_of(&mut transaction, Subject::new(FAMILY, model)).await?;
    sqlx::query(
        "INSERT INTO originals (model, key, cid, folded, at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (model, key) DO UPDATE SET cid = excluded.cid, folded = excluded.folded, at = excluded.at",
    )
    .bind(model.to_string())
    .bind(key.to_string())
    .bind(cid.to_string())
    .bind(searchable(original))
    .bind(to_db(clock::now()))
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}

/// The text of an original in lower case, without what no database likes; `None` for a picture.
fn searchable(original: Original) -> Option<String> {
    let text = match original {
        Original::Text { text } => text,
        Original::Numbers { values } => values.join(" "),
        Original::Image { .. } => return None,
    };
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    Some(clean.take(SEARCHED).collect::<String>().to_lowercase())
}
