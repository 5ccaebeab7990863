//! The views of shared models: the events of a batch applied to what they touch, or all of a model's anew.
//!
//! A model may have very many records, so only those that a batch names are read and written. What an event does is
//! said in `protocol::shared_model::Model`, which folds a whole history; tests hold these views against it.

use std::collections::{BTreeMap, BTreeSet};

use ::shared_model::{Event, LoggedEvent, api::ContributionState};
use protocol::{Address, Amount, Digest};
use sqlx::{AnyConnection, Row};

use super::{
    NAME,
    state::{Account, ModelState, Record},
};
use crate::{
    db::{from_db, insert_many, join, list, name, split, to_db},
    indexer::{Gap, IndexError, logs},
};

/// Names in one question to the database.
const AT_ONCE: usize = 500;

/// What a batch touches.
#[derive(Debug, Default)]
struct Views {
    models: BTreeMap<Address, ModelState>,
    records: BTreeMap<(Address, Digest), Record>,
    accounts: BTreeMap<(Address, Address), Account>,
    reports: BTreeMap<(Address, Digest, Address), Amount>,
    /// Models whose market has ended, and with it all that was contributed.
    settled: BTreeSet<Address>,
}

/// Applies events, in order, and writes what they changed.
pub(super) async fn apply(tx: &mut AnyConnection, events: &[&LoggedEvent]) -> Result<(), IndexError> {
    let mut views = Views::default();
    let (mut models, mut records, mut accounts) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for LoggedEvent { model, event, .. } in events.iter().copied() {
        models.insert(*model);
        match event {
            Event::Contributed { contributor: account, .. }
            | Event::ToppedUp { account, .. }
            | Event::Withdrawn { account, .. } => {
                accounts.insert((*model, *account));
            }
            Event::Refunded { contributor, key, .. } => {
                records.insert((*model, *key));
                accounts.insert((*model, *contributor));
            }
            Event::Reported { reporter, key, .. } => {
                records.insert((*model, *key));
                accounts.insert((*model, *reporter));
            }
            Event::Credited { account, .. } => {
                accounts.insert((*model, *account));
            }
            _ => {}
        }
    }
    views.load_models(tx, &models).await?;
    // What a model says while it is made comes before the factory's word in the block.
    for logged in events {
        if let Some(state) = ModelState::created(logged) {
            views.models.insert(logged.model, state);
        }
    }
    accounts.extend(views.models.iter().map(|(model, state)| (*model, state.owner)));
    views.load_records(tx, &records).await?;
    views.load_accounts(tx, &accounts).await?;
    for logged in events {
        views.apply(logged).ok_or_else(|| gap(&logged.model))?;
    }
    views.write(tx).await
}

/// What is missing was made before: the history is read again from the model's creation on.
fn gap(model: &Address) -> IndexError {
    let reason = format!(
        "The history of model {model} names a contribution or proposal before it was made; the source of events left \
         some out."
    );
    IndexError::Gap(Gap { family: NAME, since: Some(model.to_string()), reason })
}

impl Views {
    /// What an event does. `None` where something before it is missing.
    fn apply(&mut self, logged: &LoggedEvent) -> Option<()> {
        let model = logged.model;
        let state = self.models.get_mut(&model)?;
        match &logged.event {
            Event::Created { .. } => {}
            Event::Loaded { first, words } => state.load(*first, words)?,
            Event::Ready => state.ready = true,
            Event::Contributed { contributor, key, label, predicted, deposit, sample } => {
                if !state.ready {
                    return None;
                }
                state.contributions += 1;
                let account = self.accounts.entry((model, *contributor)).or_default();
                state.contributors += u64::from(account.contributions == 0);
                account.contributions += 1;
                account.debit(*deposit)?;
                let record = Record {
                    number: state.contributions,
                    contributor: *contributor,
                    label: *label,
                    predicted: *predicted,
                    deposit: *deposit,
                    left: *deposit,
                    state: ContributionState::Open,
                    point: false,
                    sample: hex::encode(sample),
                    at: logged.at,
                    tx: logged.tx,
                    block: logged.block,
                    block_hash: logged.block_hash,
                    log_index: logged.log_index,
                };
                self.records.insert((model, *key), record);
            }
            Event::Refunded { contributor, key, amount, point } => {
                let record = self.records.get_mut(&(model, *key))?;
                record.take(*amount)?;
                record.state = ContributionState::Refunded;
                record.point = *point;
                let account = self.accounts.entry((model, *contributor)).or_default();
                account.credit(*amount);
                account.good += u64::from(*point);
                state.points += u64::from(*point);
            }
            Event::Reported { reporter, key, amount, .. } => {
                let record = self.records.get_mut(&(model, *key))?;
                record.take(*amount)?;
                if record.left == Amount::ZERO {
                    record.state = ContributionState::Taken;
                }
                self.accounts.entry((model, *reporter)).or_default().earn(*amount);
                self.reports.insert((model, *key, *reporter), *amount);
            }
            Event::ToppedUp { account, amount } => self.accounts.entry((model, *account)).or_default().credit(*amount),
            Event::Withdrawn { account, amount } => {
                self.accounts.entry((model, *account)).or_default().debit(*amount)?
            }
            Event::ClassProposed { proposal, name, .. } => state.propose(*proposal, name)?,
            Event::ClassSupported { proposal, weight, .. } => state.support(*proposal, *weight)?,
            Event::ClassAdded { index, .. } => state.add_class(*index)?,
            Event::MarketPosted { bounty, .. } => {
                self.accounts.entry((model, state.owner)).or_default().debit(*bounty)?
            }
            Event::Credited { account, amount } => self.accounts.entry((model, *account)).or_default().credit(*amount),
            Event::MarketVoided { bounty } => self.accounts.entry((model, state.owner)).or_default().credit(*bounty),
            Event::MarketEnded { remainder } => {
                self.accounts.entry((model, state.owner)).or_default().credit(*remainder);
                self.settle(model);
            }
            Event::MarketTimedOut { .. } => self.settle(model),
            // What the market shows of its evaluation is for who replays it.
            Event::PieceDrawn { .. }
            | Event::PieceRevealed { .. }
            | Event::MarketOpened { .. }
            | Event::Trained { .. }
            | Event::PassEnded { .. }
            | Event::Dropped { .. } => {}
        }
        Some(())
    }

    fn settle(&mut self, model: Address) {
        self.settled.insert(model);
        for ((_, _), record) in self.records.range_mut((model, Digest::ZERO)..=(model, Digest([0xff; 32]))) {
            record.settle();
        }
    }

    async fn load_models(&mut self, tx: &mut AnyConnection, models: &BTreeSet<Address>) -> Result<(), IndexError> {
        let names: Vec<_> = models.iter().map(|model| (String::new(), model.to_string())).collect();
        let select = "SELECT address, state FROM models WHERE address IN";
        for row in named(tx, select, &names).await? {
            let state = serde_json::from_str(row.try_get(1)?)?;
            self.models.insert(logs::address(row.try_get(0)?)?, state);
        }
        Ok(())
    }

    async fn load_records(
        &mut self,
        tx: &mut AnyConnection,
        keys: &BTreeSet<(Address, Digest)>,
    ) -> Result<(), IndexError> {
        let names: Vec<_> = keys.iter().map(|(model, key)| (model.to_string(), key.to_string())).collect();
        let select = "SELECT model, key, number, contributor, label, predicted, deposit_hi, deposit_lo, remaining, \
                      state, point, sample, at, tx, block, block_hash, log_index FROM contributions \
                      WHERE model = $1 AND key IN";
        for row in named(tx, select, &names).await? {
            let damaged = || IndexError::Damaged("a row of contributions".into());
            let digest = |column: usize| row.try_get::<&str, _>(column)?.parse::<Digest>().map_err(|_| damaged());
            let number = |column: usize| row.try_get::<i64, _>(column).map(from_db);
            let class = |column| u16::try_from(number(column)?).map_err(|_| damaged());
            let record = Record {
                number: number(2)?,
                contributor: logs::address(row.try_get(3)?)?,
                label: class(4)?,
                predicted: class(5)?,
                deposit: join(row.try_get(6)?, row.try_get(7)?),
                left: Amount(row.try_get::<&str, _>(8)?.parse().map_err(|_| damaged())?),
                state: serde_json::from_value(row.try_get::<String, _>(9)?.into())?,
                point: number(10)? != 0,
                sample: row.try_get(11)?,
                at: number(12)?,
                tx: digest(13)?,
                block: number(14)?,
                block_hash: digest(15)?,
                log_index: number(16)?,
            };
            self.records.insert((logs::address(row.try_get(0)?)?, digest(1)?), record);
        }
        Ok(())
    }

    async fn load_accounts(
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

    async fn write(&self, tx: &mut AnyConnection) -> Result<(), IndexError> {
        self.write_models(tx).await?;
        self.write_records(tx).await?;
        for model in &self.settled {
            sqlx::query("UPDATE contributions SET state = $1, remaining = '0' WHERE model = $2")
                .bind(name(ContributionState::Settled))
                .bind(model.to_string())
                .execute(&mut *tx)
                .await?;
        }
        self.write_accounts(tx).await?;
        let reports: Vec<_> = self
            .reports
            .iter()
            .map(|((model, key, reporter), amount)| {
                [model.to_string(), key.to_string(), reporter.to_string(), amount.0.to_string()]
            })
            .collect();
        let into = "reports (model, key, reporter, amount)";
        insert_many(tx, into, 4, "ON CONFLICT DO NOTHING", &reports, |query, texts| {
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

    async fn write_records(&self, tx: &mut AnyConnection) -> Result<(), IndexError> {
        const INTO: &str = "contributions (model, key, contributor, remaining, state, sample, tx, block_hash, number, \
                            label, predicted, deposit_hi, deposit_lo, point, at, block, log_index)";
        const CONFLICT: &str = "ON CONFLICT (model, key) DO UPDATE SET remaining = excluded.remaining, \
                                state = excluded.state, point = excluded.point";
        let rows: Vec<_> = self
            .records
            .iter()
            .map(|((model, key), r)| {
                let texts = [
                    model.to_string(),
                    key.to_string(),
                    r.contributor.to_string(),
                    r.left.0.to_string(),
                    name(r.state),
                    r.sample.clone(),
                    r.tx.to_string(),
                    r.block_hash.to_string(),
                ];
                let (hi, lo) = split(r.deposit);
                let numbers = [
                    to_db(r.number),
                    r.label.into(),
                    r.predicted.into(),
                    hi,
                    lo,
                    r.point.into(),
                    to_db(r.at),
                    to_db(r.block),
                    to_db(r.log_index),
                ];
                (texts, numbers)
            })
            .collect();
        insert_many(tx, INTO, 17, CONFLICT, &rows, |query, (texts, numbers)| {
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
