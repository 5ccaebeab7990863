//! What an event does to a model: the one place that says so.
//!
//! Who keeps a model implements [`Store`]: [`super::Model`] on maps, for page, replay and simulation; the server on what
//! it has read from its database for a batch of events.

use protocol::{Address, Amount, Digest};

use super::{Account, Contribution, Ending, FoldError, Proposal, Record};
use crate::{
    events::{Event, LoggedEvent, TakePath},
    lanes::WORD_BYTES,
};

/// What folding asks of whoever keeps a model.
pub trait Store {
    fn owner(&self) -> Address;

    /// Words of the start that are loaded.
    fn loaded(&mut self) -> &mut u32;

    /// Whether the start is complete.
    fn ready(&mut self) -> &mut bool;

    /// Classes now.
    fn classes(&mut self) -> &mut u16;

    /// Points of all accounts.
    fn points(&mut self) -> &mut u64;

    /// What the model knows of an account; nothing of one that it meets for the first time.
    fn account(&mut self, account: &Address) -> &mut Account;

    /// Takes a contribution in; `first` where its contributor has made none before.
    fn contribute(&mut self, contribution: Contribution, first: bool);

    /// A contribution by its key; `None` where there is none.
    fn contribution(&mut self, key: &Digest) -> Option<&mut Contribution>;

    /// Notes who took how much of a contribution.
    fn took(&mut self, key: &Digest, taker: &Address, amount: Amount, path: TakePath);

    /// Ends every contribution that has not ended, by [`evaluate`].
    fn evaluate_all(&mut self);

    /// Proposals so far.
    fn proposals(&self) -> u64;

    fn propose(&mut self, proposal: Proposal);

    /// Adds to a proposal's support; `None` where there is no such proposal.
    fn support(&mut self, proposal: u64, supporter: &Address, weight: u64) -> Option<()>;

    /// Notes the index of the class that a proposal became; `None` where there is no such proposal.
    fn accept(&mut self, proposal: u64, index: u16) -> Option<()>;

    /// Begins a market, by the event that posted it; it holds its bounty.
    fn post_market(&mut self, bounty: Amount, logged: &LoggedEvent);

    /// Bounty and stakes that a market holds; `None` where none was posted.
    fn escrowed(&mut self) -> Option<&mut Amount>;

    /// Notes what else an event of a market shows, after it was applied: for who displays or replays it.
    fn show_market(&mut self, logged: &LoggedEvent);
}

/// The contribution is counted by a market that is over: its stake is no one contribution's any more.
pub fn evaluate(contribution: &mut Contribution) {
    if contribution.ending.is_none() {
        contribution.record.left = Amount::ZERO;
        contribution.record.settled = true;
        contribution.ending = Some(Ending::Evaluated);
    }
}

/// Applies the next event of a model's history; its creation is up to the store.
///
/// # Errors
/// [`FoldError`] when an earlier event is missing.
pub fn apply(store: &mut impl Store, logged: &LoggedEvent) -> Result<(), FoldError> {
    let model = logged.subject;
    match &logged.event {
        Event::Created { .. } => {}
        Event::Loaded { first, words } => {
            let missing = FoldError::NotLoaded { model, word: *store.loaded() };
            let words = u32::try_from(words.len() / WORD_BYTES).ok();
            let next = words.filter(|_| *first == *store.loaded()).and_then(|words| first.checked_add(words));
            *store.loaded() = next.ok_or(missing)?;
        }
        Event::Ready => *store.ready() = true,
        Event::Contributed { contributor, deposit, .. } => {
            if !*store.ready() {
                return Err(FoldError::NotLoaded { model, word: *store.loaded() });
            }
            // In a market its commitment has paid the stake already.
            if store.escrowed().is_none() {
                take(store, model, contributor, *deposit)?;
            }
            let account = store.account(contributor);
            account.contributions += 1;
            let first = account.contributions == 1;
            if let Some(contribution) = contributed(logged) {
                store.contribute(contribution, first);
            }
        }
        Event::Refunded { contributor, key, amount, point } => {
            let contribution = claim(store, model, key, *amount)?;
            // What the model did not know goes on: its point comes later than its deposit.
            if *point || contribution.record.known {
                contribution.record.settled = true;
                contribution.ending = Some(Ending::Refunded { point: *point });
            }
            *store.points() += u64::from(*point);
            let account = store.account(contributor);
            account.good += u64::from(*point);
            credit(account, *amount);
        }
        Event::Reported { key, .. } => claim(store, model, key, Amount::ZERO)?.record.reported_at = Some(logged.at),
        Event::Taken { taker, key, amount, path, .. } => {
            let contribution = claim(store, model, key, *amount)?;
            if contribution.record.left == Amount::ZERO {
                contribution.record.settled = true;
                contribution.ending = Some(Ending::Taken);
            }
            store.took(key, taker, *amount, *path);
            let account = store.account(taker);
            account.earned.0 = account.earned.0.saturating_add(amount.0);
            credit(account, *amount);
        }
        Event::ToppedUp { account, amount } => credit(store.account(account), *amount),
        Event::Withdrawn { account, amount } => take(store, model, account, *amount)?,
        Event::ClassProposed { proposal, proposer, name } => {
            let next = store.proposals() + 1;
            if *proposal != next {
                return Err(FoldError::UnknownProposal { model, proposal: next });
            }
            store.propose(Proposal::new(next, *proposer, name.clone(), logged.at));
        }
        Event::ClassSupported { proposal, supporter, weight } => {
            let unknown = FoldError::UnknownProposal { model, proposal: *proposal };
            store.support(*proposal, supporter, *weight).ok_or(unknown)?;
        }
        Event::ClassAdded { proposal, index, .. } => {
            let unknown = FoldError::UnknownProposal { model, proposal: *proposal };
            store.accept(*proposal, *index).ok_or(unknown)?;
            *store.classes() = index.saturating_add(1);
        }
        of_market => apply_to_market(store, logged, of_market)?,
    }
    Ok(())
}

fn apply_to_market(store: &mut impl Store, logged: &LoggedEvent, event: &Event) -> Result<(), FoldError> {
    let (model, owner) = (logged.subject, store.owner());
    if let Event::MarketPosted { bounty, .. } = event {
        take(store, model, &owner, *bounty)?;
        store.post_market(*bounty, logged);
    } else if store.escrowed().is_none() {
        return Err(FoldError::NoMarket(model));
    }
    match event {
        Event::Credited { account, amount } => pay(store, model, account, *amount)?,
        Event::Committed { contributor, stake, .. } => {
            take(store, model, contributor, *stake)?;
            if let Some(escrowed) = store.escrowed() {
                escrowed.0 = escrowed.0.saturating_add(stake.0);
            }
        }
        Event::MarketEnded { remainder } => {
            pay(store, model, &owner, *remainder)?;
            store.evaluate_all();
        }
        // What each gets, the owner too, follows as `Credited`.
        Event::MarketVoided { burned } | Event::MarketTimedOut { burned, .. } => {
            let_go(store, model, &owner, *burned)?;
            store.evaluate_all();
        }
        _ => {}
    }
    store.show_market(logged);
    Ok(())
}

/// A contribution as it is made; `None` for another event.
fn contributed(logged: &LoggedEvent) -> Option<Contribution> {
    let Event::Contributed { contributor, key, label, predicted, deposit, sample } = &logged.event else { return None };
    let known = predicted == label;
    // Nothing can ever be claimed of what the model knew and what cost nothing.
    let settled = known && *deposit == Amount::ZERO;
    let record = Record {
        key: *key,
        contributor: *contributor,
        label: *label,
        at: logged.at,
        initial: *deposit,
        left: *deposit,
        known,
        reported_at: None,
        settled,
    };
    Some(Contribution {
        record,
        predicted: *predicted,
        sample: sample.clone(),
        block: logged.block,
        block_hash: logged.block_hash,
        log_index: logged.log_index,
        tx: logged.tx,
        takes: Vec::new(),
        ending: settled.then_some(Ending::Refunded { point: false }),
    })
}

/// A contribution of which an amount is taken.
fn claim<'a>(
    store: &'a mut impl Store,
    model: Address,
    key: &Digest,
    amount: Amount,
) -> Result<&'a mut Contribution, FoldError> {
    let found = store.contribution(key).ok_or(FoldError::UnknownContribution { model, key: *key })?;
    let left = found.record.left.0.checked_sub(amount.0);
    found.record.left = Amount(left.ok_or(FoldError::Overdrawn { model, account: found.record.contributor })?);
    Ok(found)
}

fn credit(account: &mut Account, amount: Amount) {
    account.balance.0 = account.balance.0.saturating_add(amount.0);
}

/// Takes from the balance of an account: what is short is topped up before.
fn take(store: &mut impl Store, model: Address, account: &Address, amount: Amount) -> Result<(), FoldError> {
    let balance = &mut store.account(account).balance;
    *balance = Amount(balance.0.checked_sub(amount.0).ok_or(FoldError::Overdrawn { model, account: *account })?);
    Ok(())
}

/// Moves from the market to the balance of an account.
fn pay(store: &mut impl Store, model: Address, account: &Address, amount: Amount) -> Result<(), FoldError> {
    let_go(store, model, account, amount)?;
    credit(store.account(account), amount);
    Ok(())
}

/// Takes from what the market holds, on account of somebody: it is burned, or somebody's now.
fn let_go(store: &mut impl Store, model: Address, account: &Address, amount: Amount) -> Result<(), FoldError> {
    let escrowed = store.escrowed().ok_or(FoldError::NoMarket(model))?;
    let left = escrowed.0.checked_sub(amount.0).ok_or(FoldError::Overdrawn { model, account: *account })?;
    *escrowed = Amount(left);
    Ok(())
}
