//! The view of one bounty: its folded state as JSON, and the columns that lists are filtered and sorted by.

use bounty::{Bounty, Ending};
use protocol::cid::Cid;
use sqlx::AnyConnection;

use super::phases::phases;
use crate::{
    db::{insert_many, split, to_db},
    indexer::IndexError,
};

pub(super) const REQUESTER: &str = "requester";
pub(super) const TRAINER: &str = "trainer";

const COLUMNS: usize = 22;
const INTO: &str = "bounties (id, requester, metadata_cid, reward_hi, reward_lo, stake, deadline, test_rows, \
                     classes, submissions, best_correct, created_at, phase_1, until_1, phase_2, until_2, \
                    phase_3, state, winner, model_cid, ended_at, revealed)";
const CONFLICT: &str = "ON CONFLICT (id) DO UPDATE SET requester = excluded.requester, \
    metadata_cid = excluded.metadata_cid, reward_hi = excluded.reward_hi, reward_lo = excluded.reward_lo, \
    stake = excluded.stake, deadline = excluded.deadline, test_rows = excluded.test_rows, \
    classes = excluded.classes, submissions = excluded.submissions, \
    best_correct = excluded.best_correct, created_at = excluded.created_at, phase_1 = excluded.phase_1, \
    until_1 = excluded.until_1, phase_2 = excluded.phase_2, until_2 = excluded.until_2, phase_3 = excluded.phase_3, \
    state = excluded.state, winner = excluded.winner, model_cid = excluded.model_cid, ended_at = excluded.ended_at, \
    revealed = excluded.revealed";

/// A CID where the text is one: the chain takes any text, a database may not.
fn cid(text: &str) -> String {
    text.parse::<Cid>().map(|cid| cid.to_string()).unwrap_or_default()
}

/// Writes views, replacing what was there.
pub(super) async fn write(tx: &mut AnyConnection, bounties: &[&Bounty]) -> Result<(), IndexError> {
    let rows = bounties
        .iter()
        .map(|&b| Ok((b, b.requester.to_string(), phases(b), serde_json::to_string(b)?)))
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    insert_many(tx, INTO, COLUMNS, CONFLICT, &rows, |query, (b, requester, phases, state)| {
        let (reward_hi, reward_lo) = split(b.terms.reward);
        let best = b.best().and_then(|s| s.reveal.as_ref()).map(|r| i64::from(r.correct));
        let winner = match &b.ending {
            Some(Ending::Settled { winner, .. }) => b.submission(winner),
            _ => None,
        };
        query
            .bind(to_db(b.id))
            .bind(requester.as_str())
            .bind(cid(&b.metadata_cid))
            .bind(reward_hi)
            .bind(reward_lo)
            .bind(b.terms.stake.0.to_string())
            .bind(to_db(b.terms.deadline))
            .bind(i64::from(b.terms.test_rows))
            .bind(i64::from(b.terms.classes))
            .bind(b.active() as i64)
            .bind(best)
            .bind(to_db(b.created_at))
            .bind(phases[0].0.as_str())
            .bind(phases[0].1)
            .bind(phases[1].0.as_str())
            .bind(phases[1].1)
            .bind(phases[2].0.as_str())
            .bind(state.as_str())
            .bind(winner.map(|s| s.trainer.to_string()).unwrap_or_default())
            .bind(winner.and_then(|s| s.reveal.as_ref()).map(|r| cid(&r.model_cid)).unwrap_or_default())
            .bind(b.ended_at.map_or(0, to_db))
            .bind(i64::from(b.truth.is_some()))
    })
    .await?;
    Ok(())
}

/// Writes who has a part in which bounty.
pub(super) async fn write_people(
    tx: &mut AnyConnection,
    people: &[(i64, String, &'static str)],
) -> Result<(), sqlx::Error> {
    let into = "people (bounty, person, role)";
    insert_many(tx, into, 3, "ON CONFLICT DO NOTHING", people, |query, (bounty, person, role)| {
        query.bind(bounty).bind(person.as_str()).bind(*role)
    })
    .await
}
