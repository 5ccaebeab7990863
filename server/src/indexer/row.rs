//! The view of one bounty: its folded state as JSON, and the columns that lists are filtered and sorted by.

use bounty::{Bounty, Ending};
use protocol::{Amount, cid::Cid};
use sqlx::AnyConnection;

use super::{IndexError, decode};
use crate::db::{insert_many, to_db};

pub const REQUESTER: &str = "requester";
pub const TRAINER: &str = "trainer";

/// The unit of the `hi` columns, in 10^-18 MDC.
const HI: u128 = 1_000_000_000_000;

const COLUMNS: usize = 23;
const INTO: &str = "bounties (id, requester, metadata_cid, reward_hi, reward_lo, stake, paid_hi, paid_lo, deadline, \
                    test_rows, classes, submissions, best_correct, created_at, phase_1, until_1, phase_2, until_2, \
                    phase_3, state, winner, model_cid, ended_at)";
const CONFLICT: &str = "ON CONFLICT (id) DO UPDATE SET requester = excluded.requester, \
    metadata_cid = excluded.metadata_cid, reward_hi = excluded.reward_hi, reward_lo = excluded.reward_lo, \
    stake = excluded.stake, paid_hi = excluded.paid_hi, paid_lo = excluded.paid_lo, deadline = excluded.deadline, \
    test_rows = excluded.test_rows, classes = excluded.classes, submissions = excluded.submissions, \
    best_correct = excluded.best_correct, created_at = excluded.created_at, phase_1 = excluded.phase_1, \
    until_1 = excluded.until_1, phase_2 = excluded.phase_2, until_2 = excluded.until_2, phase_3 = excluded.phase_3, \
    state = excluded.state, winner = excluded.winner, model_cid = excluded.model_cid, ended_at = excluded.ended_at";

/// An amount as two numbers of 64 bits that can be sorted and summed.
pub fn split(amount: Amount) -> (i64, i64) {
    // The supply is 10^24 units, so the high part stays below 10^12.
    (i64::try_from(amount.0 / HI).unwrap_or(i64::MAX), (amount.0 % HI) as i64)
}

/// The amount, or sum of amounts, of two such numbers.
pub fn join(hi: i64, lo: i64) -> Amount {
    let part = |value: i64| u128::try_from(value).unwrap_or_default();
    Amount(part(hi) * HI + part(lo))
}

/// A phase, state or kind as the API spells it.
pub fn name(one_of: impl serde::Serialize) -> String {
    serde_json::to_value(one_of).ok().and_then(|v| v.as_str().map(String::from)).unwrap_or_default()
}

/// The phases that an unchanged bounty goes through as time passes, each with the moment it ends. There are at most
/// three (e.g. claiming, revealing, settle due); the last one lasts.
fn phases(bounty: &Bounty) -> [(String, i64); 3] {
    let mut steps = Vec::new();
    let mut now = 0;
    while steps.len() < 3 {
        let (phase, ends) = (bounty.phase(now), bounty.phase_ends(now));
        steps.push((name(phase), ends.map_or(i64::MAX, to_db)));
        match ends {
            Some(end) => now = end,
            None => break,
        }
    }
    let last = (name(bounty.phase(u64::MAX)), i64::MAX);
    std::array::from_fn(|i| steps.get(i).unwrap_or(&last).clone())
}

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
        let paid = match &b.ending {
            Some(Ending::Settled { paid, .. }) => *paid,
            _ => Amount::ZERO,
        };
        let (paid_hi, paid_lo) = split(paid);
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
            .bind(paid_hi)
            .bind(paid_lo)
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
    })
    .await?;
    Ok(())
}

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

/// Folds a bounty anew from its raw logs, or removes it where none are left.
pub(super) async fn refold(tx: &mut AnyConnection, id: i64) -> Result<(), IndexError> {
    for table in ["bounties WHERE id", "people WHERE bounty"] {
        sqlx::query(&format!("DELETE FROM {table} = $1")).bind(id).execute(&mut *tx).await?;
    }
    let rows =
        sqlx::query(&format!("SELECT {} FROM logs WHERE bounty = $1 ORDER BY block, log_index", decode::COLUMNS))
            .bind(id)
            .fetch_all(&mut *tx)
            .await?;
    let mut bounty = None;
    for row in &rows {
        if let Some(logged) = decode::stored(row)? {
            Bounty::apply(&mut bounty, &logged)?;
        }
    }
    let Some(bounty) = bounty else { return Ok(()) };
    let mut people = vec![(id, bounty.requester.to_string(), REQUESTER)];
    people.extend(bounty.submissions.iter().map(|s| (id, s.trainer.to_string(), TRAINER)));
    write(tx, &[&bounty]).await?;
    write_people(tx, &people).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_amounts_join_again_and_keep_their_order() {
        let amounts = [0, 1, HI - 1, HI, HI + 1, Amount::ONE.0, Amount::SUPPLY.0].map(Amount);
        assert!(amounts.map(split).is_sorted());
        for amount in amounts {
            let (hi, lo) = split(amount);
            assert_eq!(join(hi, lo), amount);
        }
    }
}
