//! Pages about bounties.

use bounty::Phase;
use sqlx::{Row, any::AnyRow};
use time::OffsetDateTime;

use crate::{
    db::{from_db, join, to_db},
    family::{Looked, Page, Told, Unknown},
};

pub(super) const PAGES: &[Page] = &[
    Page::plain(
        "/bounties",
        "Bounties",
        "Rewards for the best model on hidden rows of somebody's data, checked and paid by a contract.",
    )
    .listing("/bounties/:id"),
    Page::plain("/new", "Post a bounty", "Get a model for your data, and pay only for what the chain has checked."),
    Page::plain("/bounties/:id", "Bounty", "A reward for the best model on hidden rows of somebody's data.")
        .about(Looked {
            select: "SELECT CAST(1 AS BIGINT) AS known, t.title, b.reward_hi, b.reward_lo, b.test_rows, b.classes, \
                 b.phase_1, b.until_1, b.phase_2, b.until_2, b.phase_3 \
                 FROM bounties b LEFT JOIN titles t ON t.cid = b.metadata_cid WHERE b.id = $1",
            newest: Some("SELECT CAST(id AS TEXT) AS key FROM bounties ORDER BY id DESC LIMIT $1"),
            unknown: Unknown::IsAbove("SELECT MAX(id) FROM bounties"),
            told,
        })
        .asking(&["/api/bounties?limit=50&search=%23:id&"]),
];

fn told(row: &AnyRow, now: u64) -> Result<Told, sqlx::Error> {
    let number = |column: &str| row.try_get::<i64, _>(column);
    let now = to_db(now);
    let (until_1, until_2) = (number("until_1")?, number("until_2")?);
    let (phase, ends): (String, i64) = match now {
        now if now < until_1 => (row.try_get("phase_1")?, until_1),
        now if now < until_2 => (row.try_get("phase_2")?, until_2),
        _ => (row.try_get("phase_3")?, i64::MAX),
    };
    let reward = join(number("reward_hi")?, number("reward_lo")?);
    let (rows, classes) = (from_db(number("test_rows")?), from_db(number("classes")?));
    let state = serde_json::from_value(phase.into()).map(|phase| state(phase, ends)).unwrap_or_default();
    Ok(Told {
        title: row.try_get("title")?,
        description: Some(format!(
            "{reward} MDC for the best model that tells {classes} classes apart, counted on {rows} hidden rows. {state}"
        )),
    })
}

/// Where it stands, in a sentence; `ends` is when the phase does, seconds since the epoch.
fn state(phase: Phase, ends: i64) -> String {
    let until = OffsetDateTime::from_unix_timestamp(ends).ok();
    let until = until.map(|at| format!(" until {} {:02}:{:02} UTC", at.date(), at.hour(), at.minute()));
    let until = until.unwrap_or_default();
    match phase {
        Phase::Open => format!("It takes submissions{until}."),
        Phase::AwaitingTruth => format!("The requester can reveal the right answers{until}."),
        Phase::TruthOverdue => "The right answers were not revealed in time.".into(),
        Phase::Claiming => format!("Trainers can claim their scores{until}."),
        Phase::Revealing => format!("Trainers can reveal their predictions{until}."),
        Phase::SettleDue => "It can be settled now.".into(),
        Phase::Settled => "It is settled: the best model was paid.".into(),
        Phase::Cancelled => "It was cancelled.".into(),
        Phase::Forfeited => "It is over: the right answers were not revealed in time.".into(),
        Phase::Refunded => "It is over: nobody won.".into(),
    }
}
