//! The rows of jobs, of who has a part in them, of providers, and of what accounts are owed.

use std::collections::BTreeMap;

use ::jobs::Held;
use protocol::{Address, Amount};
use sqlx::AnyConnection;

use super::dated::{DatedJob, OwnPart};
use crate::{
    db::{insert_many, name, split, to_db},
    families::directory::replacing,
    indexer::IndexError,
};

/// A job as it was folded so far.
pub(super) async fn job(tx: &mut AnyConnection, id: u64) -> Result<Option<DatedJob>, IndexError> {
    let select = sqlx::query_scalar("SELECT state FROM jobs WHERE id = $1").bind(to_db(id));
    let state: Option<String> = select.fetch_optional(tx).await?;
    Ok(state.map(|state| serde_json::from_str(&state)).transpose()?)
}

/// What a provider did itself so far.
pub(super) async fn provider(tx: &mut AnyConnection, account: Address) -> Result<Option<OwnPart>, IndexError> {
    let select = sqlx::query_scalar("SELECT state FROM providers WHERE subject = $1").bind(account.to_string());
    let state: Option<String> = select.fetch_optional(tx).await?;
    Ok(state.map(|state| serde_json::from_str(&state)).transpose()?)
}

/// What an account is owed so far.
pub(super) async fn owed(tx: &mut AnyConnection, account: Address) -> Result<Amount, IndexError> {
    let select = sqlx::query_scalar("SELECT amount FROM jobs_owed WHERE subject = $1").bind(account.to_string());
    let amount: Option<String> = select.fetch_optional(tx).await?;
    Ok(amount.and_then(|amount| amount.parse().ok()).map_or(Amount::ZERO, Amount))
}

pub(super) async fn write_jobs(tx: &mut AnyConnection, jobs: &[(u64, DatedJob)]) -> Result<(), IndexError> {
    let rows = jobs
        .iter()
        .map(|(id, dated)| {
            let (job, state) = (&dated.job, serde_json::to_string(dated)?);
            let provider = job.run.as_ref().map(|run| run.provider.to_string()).unwrap_or_default();
            let texts = [id.to_string(), job.client.to_string(), provider, name(job.state), state];
            Ok((texts, numbers(*id, dated)))
        })
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    let columns = [
        "client",
        "provider",
        "stands",
        "state",
        "id",
        "kind",
        "posted_at",
        "ended_at",
        "deadline",
        "units",
        "price_hi",
        "price_lo",
        "escrow_hi",
        "escrow_lo",
        "paid_units",
        "paid_hi",
        "paid_lo",
    ];
    let into = format!("jobs (subject, {})", columns.join(", "));
    insert_many(tx, &into, 18, &replacing("subject", &columns), &rows, |query, (texts, numbers)| {
        let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
        numbers.iter().fold(query, |query, number| query.bind(*number))
    })
    .await?;
    Ok(())
}

/// The columns of a job that are numbers, in their order.
fn numbers(id: u64, dated: &DatedJob) -> [i64; 13] {
    let job = &dated.job;
    let (price_hi, price_lo) = split(job.terms.highest_price);
    let price = job.run.as_ref().filter(|_| job.is_under_way()).map_or(Amount::ZERO, |run| run.price);
    let (escrow_hi, escrow_lo) = split(job.terms.escrow(price));
    let (paid_hi, paid_lo) = split(job.parts().0);
    let ended_at = if job.state.is_final() { job.since } else { 0 };
    [
        to_db(id),
        job.terms.kind.into(),
        to_db(dated.posted_at),
        to_db(ended_at),
        to_db(job.terms.deadline),
        to_db(job.terms.units),
        price_hi,
        price_lo,
        escrow_hi,
        escrow_lo,
        to_db(job.units_paid()),
        paid_hi,
        paid_lo,
    ]
}

pub(super) async fn write_parties(tx: &mut AnyConnection, jobs: &[(u64, DatedJob)]) -> Result<(), IndexError> {
    let mut rows = Vec::new();
    for (id, dated) in jobs {
        // Once for each of them, also where one holds nothing.
        let mut parties: BTreeMap<Address, Held> =
            dated.job.parties().into_iter().map(|party| (party, Held::default())).collect();
        parties.extend(&dated.held);
        for (account, held) in parties {
            let amounts = [held.locked, held.gained, held.lost].map(|amount| amount.0.to_string());
            rows.push((*id, [id.to_string(), account.to_string()], amounts));
        }
    }
    let into = "job_parties (subject, account, locked, gained, lost, job)";
    let conflict = replacing("job, account", &["locked", "gained", "lost"]);
    insert_many(tx, into, 6, &conflict, &rows, |query, (id, texts, amounts)| {
        let query = texts.iter().chain(amounts).fold(query, |query, text| query.bind(text.as_str()));
        query.bind(to_db(*id))
    })
    .await?;
    Ok(())
}

pub(super) async fn write_providers(
    tx: &mut AnyConnection,
    providers: &[(Address, OwnPart)],
) -> Result<(), IndexError> {
    let rows = providers
        .iter()
        .map(|(account, part)| {
            let (hi, lo) = split(part.offer.price);
            let numbers: [i64; 7] = [
                part.registered.into(),
                part.takes_jobs.into(),
                part.offer.kinds.into(),
                part.offer.memory_mib.into(),
                part.offer.units_per_second.into(),
                hi,
                lo,
            ];
            Ok(([account.to_string(), account.to_string(), serde_json::to_string(part)?], numbers))
        })
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    let columns = ["account", "state", "registered", "takes_jobs", "kinds", "memory", "speed", "price_hi", "price_lo"];
    let into = format!("providers (subject, {})", columns.join(", "));
    insert_many(tx, &into, 10, &replacing("subject", &columns), &rows, |query, (texts, numbers)| {
        let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
        numbers.iter().fold(query, |query, number| query.bind(*number))
    })
    .await?;
    Ok(())
}

pub(super) async fn write_owed(tx: &mut AnyConnection, owed: &[(Address, Amount)]) -> Result<(), IndexError> {
    let rows: Vec<_> =
        owed.iter().map(|(account, amount)| [account.to_string(), account.to_string(), amount.0.to_string()]).collect();
    let into = "jobs_owed (subject, account, amount)";
    insert_many(tx, into, 3, &replacing("subject", &["account", "amount"]), &rows, |query, texts| {
        texts.iter().fold(query, |query, text| query.bind(text.as_str()))
    })
    .await?;
    Ok(())
}
