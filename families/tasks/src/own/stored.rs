//! A task as the contract stores it, for an account that has a part in it.

use contracts::abi::{DecodeError, number_topic};
use directory::{GrantState, Registry};
use protocol::{Address, Amount, Digest};

use super::{Contracts, Question, Told};
use crate::{
    BEGIN_WINDOW, Book, Call, DELIVERY_WINDOW, DEMAND_PERIOD, Draft, DrawBlock, Event, Helper, REQUESTER_PART,
    STALL_WINDOW, Seat, SeatState, SeatTerms, State, Step, Task, calls, logs,
    returns::{self, ChainHelper, ChainSeat, ChainTask},
};

/// Stands for the owners and the day of a draw, of which the contract stores a hash that no view tells.
const OWNERS: Digest = Digest::ZERO;

/// A task that an account has a part in, with all that decides what the account can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub id: u64,
    /// This task, the one that it waits for, and the grants on which it draws.
    book: Book,
    /// The block that draws its helper, where nobody has drawn yet.
    pub draws: Option<u64>,
}

impl Part {
    /// The task. `None` never: a part is made of one.
    pub fn task(&self) -> Option<&Task> {
        self.book.task(self.id)
    }

    /// What the account can do now. `hash` is that of the block that [`Self::draws`], as long as the chain knows it; `block`
    /// is the newest.
    pub fn steps(&self, caller: Address, now: u64, block: u64, hash: Option<Digest>) -> Vec<Step> {
        self.book.steps(Call { caller, now, block, hash_of: &|_| hash }, self.id)
    }

    /// When what can be done changes next by time alone.
    pub fn changes_at(&self, now: u64) -> Option<u64> {
        let task = self.task()?;
        let (draft, since) = (&task.draft, task.since);
        let windows = [BEGIN_WINDOW, STALL_WINDOW, DEMAND_PERIOD, u64::from(draft.max_seconds)];
        let deliveries = task.seats.iter().filter_map(|seat| seat.deliver_by);
        let grants = self.book.registry.grants.values().flat_map(|grant| [grant.terms.from, grant.terms.until]);
        let times = windows.into_iter().map(|window| since + window).chain([draft.confirm_by, draft.start_by]);
        times.chain(deliveries).chain(grants).filter(|time| *time > now).min()
    }

    /// Whether nothing about it can change any more that the account would have to know.
    pub fn is_over(&self, account: Address, now: u64) -> bool {
        self.task().is_none_or(|task| {
            let ended = task.state.is_final() && now >= task.since + DEMAND_PERIOD;
            let demanded = task.seats.iter().any(|seat| seat.state == SeatState::Demanded);
            ended && !demanded && self.steps(account, now, 0, None).is_empty()
        })
    }
}

/// Asks the contract for a task; `None` where there is none, or where the account has no part in it, whoever says so. `draft`
/// is how it was published, where that is known. The questions are as many as the task has seats and a few, however many
/// tasks there are.
///
/// # Errors
/// What asking or reading an answer failed with.
pub async fn read<E: From<DecodeError>>(
    (account, id): (Address, u64),
    draft: Option<&Draft>,
    at: Contracts,
    ask: impl AsyncFn(Address, Vec<u8>) -> Result<Vec<u8>, E>,
    logs: impl AsyncFn(Question) -> Result<Vec<Told>, E>,
) -> Result<Option<Part>, E> {
    let Some(stored) = returns::task(&ask(at.tasks, calls::task(id)).await?)? else { return Ok(None) };
    let mut seats = Vec::new();
    for index in 0..stored.seats {
        seats.extend(returns::seat(&ask(at.tasks, calls::seat(id, index)).await?)?);
    }
    let helper = match stored.needs_helper {
        true => Some(returns::helper(&ask(at.tasks, calls::helper(id)).await?)?),
        false => None,
    };
    let helps = helper.as_ref().is_some_and(|helper| helper.helper == Some(account));
    if stored.requester != account && !helps && seats.iter().all(|seat| seat.holder != account) {
        return Ok(None);
    }
    let mut task = task_of(&stored, &seats, helper.as_ref(), draft);
    if stored.state.is_final() && stored.requester == account {
        let due = ask(at.tasks, calls::due(id, REQUESTER_PART)).await?;
        task.refunded = contracts::returns::amount(&due)? == Amount::ZERO;
    }
    if seats.iter().any(|seat| seat.state == SeatState::Demanded) {
        deliveries(&mut task, id, at, logs).await?;
    }
    let mut book = Book { registry: Registry { tasks: at.tasks, ..Registry::default() }, ..Book::default() };
    if stored.waits_for > 0 && stored.state == State::Waiting {
        let before = returns::task(&ask(at.tasks, calls::task(stored.waits_for)).await?)?;
        if let Some(before) = before {
            book.tasks.put(stored.waits_for, task_of(&before, &[], None, None));
        }
    }
    let starts = stored.state == State::Ready && stored.requester == account;
    // The last to respond ends the run, which gives back what it held of each grant.
    if starts || stored.state == State::Stalled {
        grants(&mut book.registry, &seats, at, &ask).await?;
    }
    let draws = match helper.filter(|_| stored.state == State::Ready && stored.requester == account) {
        Some(helper) => candidates(&mut book, &task, &helper, at, &ask).await?,
        None => None,
    };
    book.tasks.put(id, task);
    Ok(Some(Part { id, book, draws }))
}

/// What the contract stores, as events would make it. What only its publishing told is empty where that is not known: a task
/// cannot be drawn for without its candidates, and nothing else needs it.
fn task_of(stored: &ChainTask, seats: &[ChainSeat], helper: Option<&ChainHelper>, draft: Option<&Draft>) -> Task {
    let terms = |seat: &ChainSeat| SeatTerms { grant: seat.grant, roles: seat.roles, purpose: Digest::ZERO };
    let known = draft.cloned();
    let draft = known.unwrap_or_else(|| Draft {
        kind: stored.kind,
        waits_for: 0,
        reveals_early: stored.reveals_early,
        model_of: 0,
        confirm_by: stored.confirm_by,
        start_by: stored.start_by,
        max_seconds: stored.max_seconds,
        facts: stored.facts,
        rows: stored.rows,
        compute_fee: stored.compute_fee,
        bond: stored.bond,
        helper_budget: helper.map_or(Amount::ZERO, |helper| helper.budget),
        spec: stored.spec,
        told: directory::Disclosure { min_rows: 0, digits: 0, own_coefficients: false },
        seats: seats.iter().map(terms).collect(),
        helpers: Vec::new(),
    });
    let seat = |seat: &ChainSeat| Seat {
        holder: seat.holder,
        grant: seat.grant,
        roles: seat.roles,
        fee: seat.fee,
        signer: seat.signer,
        state: seat.state,
        accepted: seat.accepted,
        deliver_by: None,
    };
    let helper = helper.map(|helper| Helper {
        candidates: draft.helpers.clone(),
        budget: helper.budget,
        // Once a draw is fixed; whose it is is needed for nothing else.
        owners: helper.draw_block.map(|_| OWNERS),
        helper: helper.helper,
        per_megabyte: helper.per_megabyte,
        serving: helper.serving,
        gone: helper.gone,
    });
    Task {
        requester: stored.requester,
        waits_for: stored.waits_for,
        model_of: 0,
        state: stored.state,
        since: stored.since,
        attempt: stored.attempt,
        seats: seats.iter().map(seat).collect(),
        helper,
        bond_lost: stored.bond_lost,
        // Known of the requester alone, who gets it.
        refunded: true,
        result: stored.result,
        draft,
    }
}

/// Until when keys that are demanded must be posted, which no view says. Where the node leaves it out, the earliest time that
/// it can be.
async fn deliveries<E: From<DecodeError>>(
    task: &mut Task,
    id: u64,
    at: Contracts,
    logs: impl AsyncFn(Question) -> Result<Vec<Told>, E>,
) -> Result<(), E> {
    let earliest = task.since + DELIVERY_WINDOW;
    for seat in task.seats.iter_mut().filter(|seat| seat.state == SeatState::Demanded) {
        seat.deliver_by = Some(earliest);
    }
    let topics = vec![Some(vec![logs::demanded_topic()]), Some(vec![number_topic(id)])];
    for told in logs(Question { contracts: vec![at.tasks], topics, from: 0 }).await? {
        if let Some((_, Event::KeyDemanded { seat, by })) = logs::decode(&told.raw)?
            && let Some(seat) = task.seats.get_mut(usize::from(seat)).filter(|seat| seat.deliver_by.is_some())
        {
            seat.deliver_by = Some(by);
        }
    }
    Ok(())
}

/// The grants on which a task draws, and their data sets.
async fn grants<E: From<DecodeError>>(
    registry: &mut Registry,
    seats: &[ChainSeat],
    at: Contracts,
    ask: &impl AsyncFn(Address, Vec<u8>) -> Result<Vec<u8>, E>,
) -> Result<(), E> {
    for seat in seats.iter().filter(|seat| seat.grant > 0) {
        let grant = directory::returns::grant(&ask(at.grants, directory::calls::grants::grant(seat.grant)).await?)?;
        let Some(grant) = grant.filter(|grant| grant.state == GrantState::Approved) else { continue };
        let dataset = ask(at.datasets, directory::calls::datasets::dataset(grant.dataset)).await?;
        if let Some(dataset) = directory::returns::dataset(&dataset)? {
            registry.datasets.put(grant.dataset, dataset);
        }
        registry.grants.put(seat.grant, grant);
    }
    Ok(())
}

/// Who can be drawn as helper; returns the block that draws, where nobody has drawn yet.
async fn candidates<E: From<DecodeError>>(
    book: &mut Book,
    task: &Task,
    stored: &ChainHelper,
    at: Contracts,
    ask: &impl AsyncFn(Address, Vec<u8>) -> Result<Vec<u8>, E>,
) -> Result<Option<u64>, E> {
    let (Some(number), Some(helper)) = (stored.draw_block.filter(|_| stored.helper.is_none()), &task.helper) else {
        return Ok(None);
    };
    let calls = directory::calls::directory::organisation;
    for candidate in &helper.candidates {
        let organisation = directory::returns::organisation(&ask(at.directory, calls(candidate.helper)).await?)?;
        book.registry.organisations.extend(organisation.map(|organisation| (candidate.helper, organisation)));
    }
    // Seats confirm and accept before a draw is fixed, and the last of it is what made the task ready.
    book.draws.insert(OWNERS, DrawBlock { number, fixed_at: task.since, hash: stored.draw_hash });
    Ok(Some(number).filter(|_| stored.draw_hash.is_none()))
}
