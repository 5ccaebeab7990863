//! The rows of models as files: attested reproductions, and models published outside of bounties.

use ::trained::{Attestation, PublishedEvent};
use protocol::cid::Cid;
use sqlx::AnyConnection;

use crate::{
    chain::RawLog,
    content::titles::shown,
    db::{insert_many, to_db},
};

/// Characters of a name in a list; the contract takes fewer bytes.
const MAX_NAME: usize = 100;
/// Characters of a description in a list.
const MAX_DESCRIPTION: usize = 300;

/// Writes what was attested.
pub(super) async fn write_attestations(
    tx: &mut AnyConnection,
    attestations: &[(&RawLog, &Attestation)],
) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = attestations
        .iter()
        .map(|&(log, said)| (log, said, [said.trainer.to_string(), said.by.to_string(), log.block_hash.to_string()]))
        .collect();
    let into = "attestations (bounty, trainer, account, equal_rows, all_rows, block, block_hash, log_index, at)";
    insert_many(tx, into, 9, "ON CONFLICT DO NOTHING", &rows, |query, (log, said, [trainer, by, block_hash])| {
        query
            .bind(to_db(said.bounty))
            .bind(trainer.as_str())
            .bind(by.as_str())
            .bind(i64::from(said.equal))
            .bind(i64::from(said.rows))
            .bind(to_db(log.block))
            .bind(block_hash.as_str())
            .bind(to_db(log.log_index))
            .bind(to_db(log.at))
    })
    .await
}

/// Writes what was published and withdrawn.
pub(super) async fn write_published(
    tx: &mut AnyConnection,
    events: &[(&RawLog, &PublishedEvent)],
) -> Result<(), sqlx::Error> {
    let (mut published, mut withdrawn) = (Vec::new(), Vec::new());
    for &(log, event) in events {
        let block_hash = log.block_hash.to_string();
        match event {
            PublishedEvent::Published { id, publisher, cid, name, description } => {
                // The chain takes any text, a database may not.
                let cid = cid.parse::<Cid>().map(|cid| cid.to_string()).unwrap_or_default();
                let (name, description) = (shown(name, MAX_NAME), shown(description, MAX_DESCRIPTION));
                let folded = format!("{name}\n{description}").to_lowercase();
                published.push((log, id, [publisher.to_string(), cid, name, description, folded, block_hash]));
            }
            PublishedEvent::Withdrawn { id } => withdrawn.push((log, id, block_hash)),
        }
    }
    let into = "publications (publisher, cid, name, description, folded, block_hash, id, block, log_index, at)";
    insert_many(tx, into, 10, "ON CONFLICT DO NOTHING", &published, |query, (log, id, texts)| {
        let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
        query.bind(to_db(**id)).bind(to_db(log.block)).bind(to_db(log.log_index)).bind(to_db(log.at))
    })
    .await?;
    let into = "withdrawals (id, block, block_hash, log_index)";
    insert_many(tx, into, 4, "ON CONFLICT DO NOTHING", &withdrawn, |query, (log, id, block_hash)| {
        query.bind(to_db(**id)).bind(to_db(log.block)).bind(block_hash.as_str()).bind(to_db(log.log_index))
    })
    .await
}
