//! A SHA-256 over raw logs and views, by which two indexes are held against each other.

use protocol::Digest;
use sha2::{Digest as _, Sha256};
use sqlx::{Row, any::AnyRow};

use crate::db::Db;

/// What is digested, in an order that does not depend on the database. Not in it: positions and headers, which
/// depend on how the blocks fell into batches; and titles, originals and accuracy, which depend on what was uploaded.
const PARTS: [(&str, &str); 11] = [
    (
        "bounties",
        "SELECT id, requester, metadata_cid, reward_hi, reward_lo, stake, paid_hi, paid_lo, deadline, test_rows, \
         classes, submissions, best_correct, created_at, phase_1, until_1, phase_2, until_2, phase_3, state, winner, \
         model_cid, ended_at FROM bounties ORDER BY id",
    ),
    ("people", "SELECT bounty, person, role FROM people ORDER BY bounty, person, role"),
    (
        "models",
        "SELECT address, owner, classifier, incentive, metadata_cid, ready, contributions, contributors, refund_wait, \
         owner_wait, any_wait, created_block, created_log, created_at, state FROM models \
         ORDER BY created_block, created_log",
    ),
    (
        "contributions",
        "SELECT model, key, number, contributor, label, predicted, deposit_hi, deposit_lo, remaining, state, point, \
         at, sample, tx, block, block_hash, log_index FROM contributions ORDER BY block, log_index",
    ),
    ("accounts", "SELECT model, account, good, balance, contributions, earned FROM accounts"),
    ("reports", "SELECT model, key, reporter, amount FROM reports"),
    (
        "anchors",
        "SELECT account, size, root, block, block_hash, log_index, tx, at FROM anchors ORDER BY block, log_index",
    ),
    (
        "attestations",
        "SELECT bounty, trainer, account, equal_rows, all_rows, block, block_hash, log_index, at FROM attestations \
         ORDER BY block, log_index",
    ),
    (
        "publications",
        "SELECT id, publisher, cid, name, description, folded, block, block_hash, log_index, at FROM publications \
         ORDER BY block, log_index",
    ),
    ("withdrawals", "SELECT id, block, block_hash, log_index FROM withdrawals ORDER BY block, log_index"),
    (
        "logs",
        "SELECT block_hash, log_index, block, at, tx, bounty, topics, data, address, model FROM logs \
         ORDER BY block, log_index",
    ),
];

/// # Errors
/// Whatever the database says.
pub async fn digest(db: &Db) -> Result<Digest, sqlx::Error> {
    let mut hasher = Sha256::new();
    for (name, sql) in PARTS {
        let mut rows: Vec<Vec<String>> =
            sqlx::query(sql).fetch_all(&db.pool).await?.iter().map(cells).collect::<Result<_, _>>()?;
        if ["people", "accounts", "reports"].contains(&name) {
            // Text is ordered by the database's collation; sort it by bytes.
            rows.sort();
        }
        hasher.update(format!("{name} {}\n", rows.len()));
        for cell in rows.iter().flatten() {
            hasher.update((cell.len() as u64).to_be_bytes());
            hasher.update(cell);
        }
    }
    Ok(Digest(hasher.finalize().into()))
}

fn cells(row: &AnyRow) -> Result<Vec<String>, sqlx::Error> {
    (0..row.len())
        .map(|i| {
            row.try_get::<Option<i64>, _>(i)
                .map(|number| number.map_or("null".into(), |n| n.to_string()))
                .or_else(|_| row.try_get::<String, _>(i))
        })
        .collect()
}
