//! The view of roots that were written to AccuracyLog.

use ::shared_model::Anchored;
use sqlx::AnyConnection;

use crate::{
    chain::RawLog,
    db::{insert_many, to_db},
};

/// Writes roots that were anchored.
pub(super) async fn write(tx: &mut AnyConnection, roots: &[(&RawLog, &Anchored)]) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = roots
        .iter()
        .map(|&(log, anchored)| {
            let texts =
                [anchored.log.to_string(), anchored.root.to_string(), log.block_hash.to_string(), log.tx.to_string()];
            (log, anchored, texts)
        })
        .collect();
    let into = "anchors (account, size, root, block, block_hash, log_index, tx, at)";
    insert_many(tx, into, 8, "ON CONFLICT DO NOTHING", &rows, |query, (log, anchored, texts)| {
        let [account, root, block_hash, tx] = texts;
        query
            .bind(account.as_str())
            .bind(to_db(anchored.size))
            .bind(root.as_str())
            .bind(to_db(log.block))
            .bind(block_hash.as_str())
            .bind(to_db(log.log_index))
            .bind(tx.as_str())
            .bind(to_db(log.at))
    })
    .await
}
