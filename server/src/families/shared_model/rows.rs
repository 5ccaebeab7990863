//! What a batch of events touches, read from the database and written back.

use std::collections::{BTreeMap, BTreeSet};

use ::shared_model::{
    Record,
    api::ContributionState,
    state::{Account, Contribution, Ending},
};
use protocol::{Address, Amount, Digest};
use sqlx::{AnyConnection, Row};

use super::state::ModelState;
use crate::{
    db::{from_db, insert_many, join, list, name, split, to_db},
    indexer::{IndexError, logs},
};

/// Names in one question to the database.
const AT_ONCE: usize = 500;

/// What a batch touches.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) models: BTreeMap<Address, ModelState>,
    /// Each with its number in its model, from 1.
    pub(super) contributions: BTreeMap<(Address, Digest), (u64, Contribution)>,
    pub(super) accounts: BTreeMap<(Address, Address), Account>,
    pub(super) takes: BTreeMap<(Address, Digest, Address), Amount>,
    /// Models whose market is over, and with it all that was contributed.
    pub(super) evaluated: BTreeSet<Address>,
}

impl Touched {
    pub(super) async fn load_models(
        &mut self,
        tx: &mut AnyConnection,
        models: &BTreeSet<Address>,
    ) -> Result<(), IndexError> {
        let names: Vec<_> = models.iter().map(|model| (String::new(), model.to_string())).collect();
        let select = "SELECT address, state FROM models WHERE address IN";
        for row in named(tx, select, &names).await? {
            let state = serde_json::from_str(row.try_get(1)?)?;
            self.models.insert(logs::address(row.try_get(0)?)?, state);
        }
        Ok(())
    }

    pub(super) async fn load_contributions(
        &mut self,
        tx: &mut AnyConnection,
        keys: &BTreeSet<(Address, Digest)>,
    ) -> Result<(), IndexError> {
        let names: Vec<_> = keys.iter().map(|(model, key)| (model.to_string(), key.to_string())).collect();
        let select = "SELECT model, key, number, contributor, label, predicted, deposit_hi, deposit_lo, remaining, \
                      state, point, sample, at, tx, block, block_hash, log_index, reported_at FROM contributions \
                      WHERE model = $1 AND key IN";
        for row in named(tx, select, &names).await? {
            let damaged = || IndexError::Damaged("a row of contributions".into());
            let digest = |column: usize| row.try_get::<&str, _>(column)?.parse::<Digest>().map_err(|_| damaged());
            let number = |column: usize| row.try_get::<i64, _>(column).map(from_db);
            let class = |column| u16::try_from(number(column)?).map_err(|_| damaged());
            let (label, predicted, deposit) = (class(4)?, class(5)?, join(row.try_get(6)?, row.try_get(7)?));
            let state: ContributionState = serde_json::from_value(row.try_get::<String, _>(9)?.into())?;
            let ending = match state {
                ContributionState::Open => None,
                ContributionState::Refunded => Some(Ending::Refunded { point: number(10)? != 0 }),
                ContributionState::Taken => Some(Ending::Taken),
                ContributionState::Settled => Some(Ending::Evaluated),
            };
            let key = digest(1)?;
            let record = Record {
                key,
                contributor: logs::address(row.try_get(3)?)?,
                label,
                at: number(12)?,
                initial: deposit,
                left: Amount(row.try_get::<&str, _>(8)?.parse().map_err(|_| damaged())?),
                known: predicted == label,
                reported_at: Some(number(17)?).filter(|at| *at != 0),
                settled: ending.is_some(),
            };
            let contribution = Contribution {
                record,
                predicted,
                sample: hex::decode(row.try_get::<&str, _>(11)?).map_err(|_| damaged())?,
                block: number(14)?,
                block_hash: digest(15)?,
                log_index: number(16)?,
                tx: digest(13)?,
                takes: Vec::new(),
                ending,
            };
            let model = logs::address(row.try_get(0)?)?;
            self.contributions.insert((model, key), (number(2)?, contribution));
        }
        Ok(())
    }

    pub(super) async fn load_accounts(
        &mut self,
        tx: &mut AnyConnection,
        accounts: &BTreeSet<(Address, Address)>,
    ) -> Result<(), IndexError> {
        let names: Vec<_> = accounts.iter().map(|(model, account)| (model.to_string(), account.to_string())).collect();
        let select = "SELECT model, account, good, balance, contributions, earned FROM accounts \
                      WHERE model = $1 AND account IN";
        for row in named(tx, select, &names).await? {
            let address = |column: usize| logs::address(row.try_get(column)?);
            let amount = |column: usize| match row.try_get::<&str, _>(column)?.parse() {
                Ok(amount) => Ok(Amount(amount)),
                Err(_) => Err(IndexError::Damaged("a balance in accounts".into())),
            };
            let account = Account {
                good: from_db(row.try_get(2)?),
                balance: amount(3)?,
                contributions: from_db(row.try_get(4)?),
                earned: amount(5)?,
            };
            self.accounts.insert((address(0)?, address(1)?), account);
        }
        Ok(())
    }

    /// Writes everything back.
    pub(super) async fn write(&self, tx: &mut AnyConnection) -> Result<(), IndexError> {
        self.write_models(tx).await?;
        self.write_contributions(tx).await?;
        for model in &self.evaluated {
            // As `shared_model::state::fold::evaluate` does to those that were read.
            sqlx::query("UPDATE contributions SET state = $1, remaining = '0' WHERE model = $2 AND state = $3")
                .bind(name(ContributionState::Settled))
                .bind(model.to_string())
                .bind(name(ContributionState::Open))
                .execute(&mut *tx)
                .await?;
        }
        self.write_accounts(tx).await?;
        let takes: Vec<_> = self
            .takes
            .iter()
            .map(|((model, key, taker), amount)| {
                [model.to_string(), key.to_string(), taker.to_string(), amount.0.to_string()]
            })
            .collect();
        let into = "takes (model, key, taker, amount)";
        insert_many(tx, into, 4, "ON CONFLICT DO NOTHING", &takes, |query, texts| {
            texts.iter().fold(query, |query, text| query.bind(text.as_str()))
        })
        .await?;
        Ok(())
    }

    async fn write_models(&self, tx: &mut AnyConnection) -> Result<(), IndexError> {
        const INTO: &str = "models (address, owner, classifier, incentive, metadata_cid, ready, contributions, \
                            contributors, refund_wait, owner_wait, any_wait, created_block, created_log, created_at, \
                            state)";
        const CONFLICT: &str = "ON CONFLICT (address) DO UPDATE SET ready = excluded.ready, \
                                contributions = excluded.contributions, contributors = excluded.contributors, \
                                state = excluded.state";
        let rows = self
            .models
            .iter()
            .map(|(address, m)| {
                let (classifier, incentive) = (name(m.shape.kind), name(m.incentive));
                let texts = [address.to_string(), m.owner.to_string(), classifier, incentive, m.cid()];
                Ok((m, texts, serde_json::to_string(m)?))
            })
            .collect::<Result<Vec<_>, serde_json::Error>>()?;
        insert_many(tx, INTO, 15, CONFLICT, &rows, |query, (m, texts, state)| {
            let numbers = [
                u64::from(m.ready),
                m.contributions,
                m.contributors,
                m.terms.refund_wait.into(),
                m.terms.owner_wait.into(),
                m.terms.any_wait.into(),
                m.created_block,
                m.created_log,
                m.created_at,
            ];
            let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
            numbers.into_iter().fold(query, |query, number| query.bind(to_db(number))).bind(state.as_str())
        })
        .await?;
        Ok(())
    }

    async fn write_contributions(&self, tx: &mut AnyConnection) -> Result<(), IndexError> {
        const INTO: &str = "contributions (model, key, contributor, remaining, state, sample, tx, block_hash, number, \
                            label, predicted, deposit_hi, deposit_lo, point, at, block, log_index, reported_at)";
        const CONFLICT: &str = "ON CONFLICT (model, key) DO UPDATE SET remaining = excluded.remaining, \
                                state = excluded.state, point = excluded.point, reported_at = excluded.reported_at";
        let rows: Vec<_> = self
            .contributions
            .iter()
            .map(|((model, key), (number, c))| {
                let texts = [
                    model.to_string(),
                    key.to_string(),
                    c.record.contributor.to_string(),
                    c.record.left.0.to_string(),
                    name(ContributionState::of(c.ending.as_ref())),
                    hex::encode(&c.sample),
                    c.tx.to_string(),
                    c.block_hash.to_string(),
                ];
                let (hi, lo) = split(c.record.initial);
                let numbers = [
                    to_db(*number),
                    c.record.label.into(),
                    c.predicted.into(),
                    hi,
                    lo,
                    i64::from(c.ending == Some(Ending::Refunded { point: true })),
                    to_db(c.record.at),
                    to_db(c.block),
                    to_db(c.log_index),
                    to_db(c.record.reported_at.unwrap_or_default()),
                ];
                (texts, numbers)
            })
            .collect();
        insert_many(tx, INTO, 18, CONFLICT, &rows, |query, (texts, numbers)| {
            let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
            numbers.iter().fold(query, |query, number| query.bind(*number))
        })
        .await?;
        Ok(())
    }

    async fn write_accounts(&self, tx: &mut AnyConnection) -> Result<(), IndexError> {
        const INTO: &str = "accounts (model, account, balance, earned, good, contributions)";
        const CONFLICT: &str = "ON CONFLICT (model, account) DO UPDATE SET balance = excluded.balance, \
                                earned = excluded.earned, good = excluded.good, \
                                contributions = excluded.contributions";
        let rows: Vec<_> = self
            .accounts
            .iter()
            .map(|((model, account), a)| {
                let texts = [model.to_string(), account.to_string(), a.balance.0.to_string(), a.earned.0.to_string()];
                (texts, a)
            })
            .collect();
        insert_many(tx, INTO, 6, CONFLICT, &rows, |query, (texts, a)| {
            let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
            query.bind(to_db(a.good)).bind(to_db(a.contributions))
        })
        .await?;
        Ok(())
    }
}

/// Rows by name, a group of names at a time. `select` ends before the list; names come with what `$1` is, or with
/// nothing where the statement has no `$1`.
async fn named(
    tx: &mut AnyConnection,
    select: &str,
    names: &[(String, String)],
) -> Result<Vec<sqlx::any::AnyRow>, sqlx::Error> {
    let mut rows = Vec::new();
    for group in names.chunk_by(|a, b| a.0 == b.0) {
        for chunk in group.chunks(AT_ONCE) {
            let scope = chunk.first().map(|(scope, _)| scope).filter(|scope| !scope.is_empty());
            let sql = format!("{select} ({})", list(1 + usize::from(scope.is_some()), chunk.len()));
            let query =
                scope.iter().fold(sqlx::query(&sql).persistent(false), |query, scope| query.bind(scope.as_str()));
            let query = chunk.iter().fold(query, |query, (_, name)| query.bind(name.as_str()));
            rows.extend(query.fetch_all(&mut *tx).await?);
        }
    }
    Ok(rows)
}
