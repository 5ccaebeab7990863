//! The rows of organisations, data sets and grants: their state as JSON, and the columns by which lists are filtered.

use ::directory::{Dataset, Organisation, subject};
use protocol::{Address, Digest, cid::Cid};
use sqlx::AnyConnection;

use super::dated::DatedGrant;
use crate::{
    db::{insert_many, name, split, to_db},
    indexer::IndexError,
};

/// The CID of a file of one block, of which the chain has the SHA-256.
fn cid(digest: Digest) -> String {
    Cid::raw(digest).to_string()
}

/// `ON CONFLICT` for a table whose rows are written anew.
pub(crate) fn replacing(key: &str, columns: &[&str]) -> String {
    let set: Vec<String> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    format!("ON CONFLICT ({key}) DO UPDATE SET {}", set.join(", "))
}

pub(super) async fn write_organisations(
    tx: &mut AnyConnection,
    organisations: &[(Address, Organisation)],
) -> Result<(), IndexError> {
    let rows = organisations
        .iter()
        .map(|(account, o)| {
            let texts =
                [subject::organisation(*account), account.to_string(), cid(o.profile), serde_json::to_string(o)?];
            Ok((o, texts))
        })
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    let columns = ["account", "profile_cid", "state", "joined", "joined_at"];
    let into = format!("organisations (subject, {})", columns.join(", "));
    insert_many(tx, &into, 6, &replacing("subject", &columns), &rows, |query, (o, texts)| {
        let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
        query.bind(i64::from(o.joined)).bind(to_db(o.joined_at))
    })
    .await?;
    Ok(())
}

pub(super) async fn write_datasets(tx: &mut AnyConnection, datasets: &[(u64, Dataset)]) -> Result<(), IndexError> {
    let rows = datasets
        .iter()
        .map(|(id, dataset)| {
            let state = serde_json::to_string(dataset)?;
            let texts = [subject::dataset(*id), dataset.owner.to_string(), cid(dataset.terms.metadata), state];
            Ok((*id, dataset, texts))
        })
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    let columns =
        ["owner", "description_cid", "state", "id", "row_count", "industry", "price_hi", "price_lo", "revoked"];
    let into = format!("datasets (subject, {})", columns.join(", "));
    insert_many(tx, &into, 10, &replacing("subject", &columns), &rows, |query, (id, dataset, texts)| {
        let (hi, lo) = split(dataset.terms.price_per_use);
        let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
        let query = query.bind(to_db(*id)).bind(i64::from(dataset.terms.rows)).bind(i64::from(dataset.terms.industry));
        query.bind(hi).bind(lo).bind(i64::from(dataset.revoked))
    })
    .await?;
    Ok(())
}

pub(super) async fn write_grants(tx: &mut AnyConnection, grants: &[(u64, DatedGrant)]) -> Result<(), IndexError> {
    let rows = grants
        .iter()
        .map(|(id, dated)| {
            let state = serde_json::to_string(dated)?;
            let texts = [subject::grant(*id), dated.grant.user.to_string(), name(dated.grant.state), state];
            Ok((*id, dated, texts))
        })
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    let columns = ["grantee", "stands", "state", "id", "dataset", "applied_at", "decided_at"];
    let into = format!("grants (subject, {})", columns.join(", "));
    insert_many(tx, &into, 8, &replacing("subject", &columns), &rows, |query, (id, dated, texts)| {
        let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
        let query = query.bind(to_db(*id)).bind(to_db(dated.grant.dataset));
        query.bind(to_db(dated.applied_at)).bind(to_db(dated.decided_at))
    })
    .await?;
    Ok(())
}
