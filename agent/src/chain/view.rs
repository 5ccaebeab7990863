//! All that the contracts have said of tasks, taken in by their own rules.

use std::{collections::BTreeMap, rc::Rc};

use contracts::abi::DecodeError;
use directory::{DATASETS, DIRECTORY, GRANTS};
use protocol::{Address, Digest};
use rpc::{Filter, Header, KnownChain, RawLog};
use tasks::{Book, Call, Event, Outcome, Said, State, TASKS, Task};

use super::node::{Chain, failed};
use crate::failure::Failure;

/// Blocks behind the newest whose hash contracts know (EIP-2935).
const KNOWN_HASHES: u64 = 8_191;

/// Who took a seat, and by which transaction.
#[derive(Clone, Copy)]
pub struct Seated {
    pub who: Address,
    pub signer: Address,
    pub link: Digest,
    pub transaction: Digest,
    pub block: u64,
}

/// What the events of one task say that its state does not have.
#[derive(Default)]
pub struct Seen {
    pub confirmed: BTreeMap<u8, Seated>,
    pub serving: Option<Seated>,
    /// What came out, and the digest that all signed.
    pub outcome: Option<(Digest, Outcome)>,
    /// Why all have signed that the last run failed; nothing where it failed otherwise.
    pub failure: Option<tasks::Failure>,
    /// Sealed keys that were posted.
    pub delivered: BTreeMap<u8, Vec<u8>>,
}

/// The contracts as far as they were read.
pub struct View {
    chain: Rc<Chain>,
    addresses: [Address; 4],
    pub book: Book,
    seen: BTreeMap<u64, Seen>,
    next: u64,
    head: Option<Header>,
    /// Time of the next block.
    now: u64,
}

fn unread(error: DecodeError) -> Failure {
    Failure::Failed(format!("What the contracts say cannot be read ({error:?}). Use the program of their version."))
}

impl View {
    pub fn new(chain: Rc<Chain>) -> Result<Self, Failure> {
        let addresses =
            [chain.contract(DIRECTORY)?, chain.contract(DATASETS)?, chain.contract(GRANTS)?, chain.contract(TASKS)?];
        let mut book = Book::default();
        book.registry.tasks = addresses[3];
        let next = chain.deployment.start_block;
        Ok(Self { chain, addresses, book, seen: BTreeMap::new(), next, head: None, now: 0 })
    }

    /// Reads what is new, as far as it will stay.
    pub async fn refresh(&mut self) -> Result<(), Failure> {
        let client = &self.chain.client;
        let head = client.head().await.map_err(failed)?;
        self.now = client.next_block_at().await.map_err(failed)?.unwrap_or(head.at).max(head.at);
        self.head = Some(head);
        let to = head.number.saturating_sub(KnownChain::of(self.chain.deployment.chain_id).confirmations);
        if to < self.next {
            return Ok(());
        }
        let logs = client.logs(&Filter::of(self.addresses), self.next, to).await.map_err(failed)?.logs;
        let mut found = Vec::new();
        for log in &logs {
            let at = match log.at {
                0 => client.header(log.block).await.map_err(failed)?.map_or(head.at, |header| header.at),
                at => at,
            };
            found.extend(read(log, &self.addresses).map_err(unread)?.map(|said| (said, log, at)));
        }
        // All or nothing: what is asked for again must not be taken in twice.
        for (said, log, at) in found {
            note(&mut self.seen, &said, log);
            self.book.apply(&said, at);
        }
        self.next = to + 1;
        Ok(())
    }

    /// What an account may do is asked of the rules with this.
    pub fn as_caller<T>(&self, caller: Address, ask: impl FnOnce(&Book, Call<'_>) -> T) -> T {
        let newest = self.head.map_or(0, |head| head.number);
        // Which hash it is matters to the contract alone.
        let hash_of = |number: u64| (number <= newest && newest - number < KNOWN_HASHES).then_some(Digest([1; 32]));
        ask(&self.book, Call { caller, now: self.now, block: newest + 1, hash_of: &hash_of })
    }

    pub fn now(&self) -> u64 {
        self.now
    }

    pub fn seen(&self, task: u64) -> Option<&Seen> {
        self.seen.get(&task)
    }

    /// Tasks in which an account has a seat, or deals, or that it asks for, with their numbers.
    pub fn mine(&self, me: Address) -> impl Iterator<Item = (u64, &Task)> {
        self.book.tasks.iter().filter(move |(_, task)| {
            task.requester == me || task.seats.iter().any(|seat| seat.holder == me) || deals(task, me)
        })
    }
}

/// Whether an account was drawn as helper.
pub fn deals(task: &Task, account: Address) -> bool {
    task.helper.as_ref().is_some_and(|helper| helper.helper == Some(account))
}

/// Whether seats play in this state.
pub fn is_played(state: State) -> bool {
    matches!(state, State::Started | State::Running | State::Stalled)
}

fn read(log: &RawLog, [directory, datasets, grants, tasks]: &[Address; 4]) -> Result<Option<Said>, DecodeError> {
    use ::directory::{Event as Told, logs};
    let raw = &log.raw;
    Ok(match log.address {
        at if at == *directory => {
            logs::directory(raw)?.map(|(who, event)| Said::Registry(Told::Organisation(who, event)))
        }
        at if at == *datasets => logs::dataset(raw)?.map(|(id, event)| Said::Registry(Told::Dataset(id, event))),
        at if at == *grants => logs::grant(raw)?.map(|(id, event)| Said::Registry(Told::Grant(id, event))),
        at if at == *tasks => match ::tasks::logs::decode(raw)? {
            Some((id, event)) => Some(Said::Task(id, event)),
            None => ::tasks::logs::owed(raw)?.map(|owed| match owed {
                ::tasks::logs::OwedEvent::Owed { account, amount } => Said::Owed(account, amount),
                ::tasks::logs::OwedEvent::Collected { account, amount } => Said::Collected(account, amount),
            }),
        },
        _ => None,
    })
}

fn note(seen: &mut BTreeMap<u64, Seen>, said: &Said, log: &RawLog) {
    let Said::Task(id, event) = said else { return };
    let seen = seen.entry(*id).or_default();
    let (transaction, block) = (log.tx, log.block);
    match event {
        Event::Confirmed { seat, who, signer, key, .. } => {
            let seated = Seated { who: *who, signer: *signer, link: *key, transaction, block };
            seen.confirmed.insert(*seat, seated);
        }
        Event::HelperServes { helper, key } => {
            seen.serving = Some(Seated { who: *helper, signer: *helper, link: *key, transaction, block });
        }
        Event::HelperDrawn { .. } => seen.serving = None,
        Event::Finished { result, outcome } => seen.outcome = Some((*result, *outcome)),
        Event::Failed { failure } => seen.failure = Some(*failure),
        Event::Moved { state: State::Ready, .. } => seen.failure = None,
        Event::KeyDelivered { seat, sealed } => drop(seen.delivered.insert(*seat, sealed.clone())),
        _ => {}
    }
}
