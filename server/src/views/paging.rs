//! Which part of a list is asked for.

use crate::{db::to_db, problem::ApiError};

/// The clause that cuts a page out of a list.
///
/// # Errors
/// [`ApiError::BadRequest`] for a page that cannot be.
pub fn page(offset: Option<u64>, limit: Option<u64>, default: u64, most: u64) -> Result<String, ApiError> {
    let limit = limit.unwrap_or(default);
    if !(1..=most).contains(&limit) {
        return Err(ApiError::BadRequest(format!("`limit` is {limit}; it must be 1 to {most}.")));
    }
    Ok(format!("LIMIT {limit} OFFSET {}", to_db(offset.unwrap_or_default())))
}
