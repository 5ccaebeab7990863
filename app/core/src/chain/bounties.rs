//! Reading bounties: what the contract stores of one, which is a few questions, and its whole history from events.

mod mine;

use bounty::{Bounty, FAMILY, LoggedEvent, StoredBounty, Told, calls, logs, returns};
use protocol::{Address, subject::Subject};
use rpc::RawLog;

use super::{
    ChainError, History, Reader,
    reader::{ReadBounties, decoded},
    whole::{Comparison, List},
};

/// Blocks that may have the same second as the first of them.
const SAME_SECOND: u64 = 15;

impl Reader {
    /// What the contract stores of a bounty and of a person in it; `None` where there is no such bounty. See
    /// [`StoredBounty::read`].
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn stored_bounty(self, id: u64, person: Option<Address>) -> Result<Option<StoredBounty>, ChainError> {
        let market = self.market_address()?;
        StoredBounty::read(id, person, async |data| self.call(None, market, data).await).await
    }

    /// The event that made a bounty, from the block in which somebody says that it was made; `None` where the chain
    /// does not have it there.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn creation(self, id: u64, made_in: u64) -> Result<Option<LoggedEvent>, ChainError> {
        let filter = self.market()?.topic([logs::created_topic()]).topic([logs::bounty_topic(id)]);
        let logs = self.client().piece(&filter, made_in, made_in).await?.logs;
        logs.first().map_or(Ok(None), event)
    }

    /// The event that revealed a bounty's truth at `at`, seconds since the epoch: the blocks of that time are looked up,
    /// and their logs alone are asked for, which even a node that leaves logs out of wide ranges has.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn revelation(self, id: u64, at: u64) -> Result<Option<LoggedEvent>, ChainError> {
        let filter = self.market()?.topic([logs::truth_topic()]).topic([logs::bounty_topic(id)]);
        let client = self.client();
        let Some(first) = client.first_since(self.deployment().start_block, at).await? else { return Ok(None) };
        let last = client.tallest().min(first + SAME_SECOND);
        let logs = client.logs(&filter, first, last.max(first)).await?.logs;
        logs.first().map_or(Ok(None), event)
    }

    /// One bounty, folded from its events. They are read from the block on in which somebody says that it was made;
    /// which is believed only where the chain has the bounty's creation there.
    ///
    /// # Errors
    /// [`ChainError::NoSuchBounty`]; [`ChainError::NotTold`] where the contract has it and its events are still to come.
    pub async fn bounty(self, id: u64, made_in: Option<u64>, person: Option<Address>) -> Result<History, ChainError> {
        let start = self.deployment().start_block;
        if let Some(block) = made_in.filter(|block| *block > start) {
            match self.bounty_since(id, block, person).await {
                Ok(Some(history)) => return Ok(history),
                // Only where the bounty was not made in that block, all of the chain is read: a node that fails now, or
                // leaves something out, is no reason to.
                since if self.creation(id, block).await?.is_some() => return since?.ok_or(ChainError::NotTold(id)),
                _ => {}
            }
        }
        if let Some(history) = self.bounty_since(id, start, person).await? {
            return Ok(history);
        }
        match self.stored_bounty(id, None).await {
            Ok(Some(_)) => Err(ChainError::NotTold(id)),
            Ok(None) => Err(ChainError::NoSuchBounty(id)),
            Err(error) => Err(error),
        }
    }

    /// A bounty from its events since a block, held against what the contract stores of it and of a person in it.
    async fn bounty_since(self, id: u64, from: u64, person: Option<Address>) -> Result<Option<History>, ChainError> {
        let filter = self.market()?.any_topic().topic([logs::bounty_topic(id)]);
        let subject = Subject::new(FAMILY, id);
        let block = self.height().await?;
        let mut read = self.histories(&filter, from, Some(&subject)).await;
        let mut compared = self.compare_bounty(id, &read, block, person).await;
        if matches!(compared, Comparison::Lacking(_)) && self.forget_offered(&filter, from).await {
            read = self.histories(&filter, from, None).await;
            compared = self.compare_bounty(id, &read, block, person).await;
        }
        if matches!(compared, Comparison::Lacking(_)) {
            self.mend(&subject, &filter, from);
        }
        self.came_from_server(&subject, &filter, from);
        self.found(subject.clone(), compared);
        let ReadBounties { mut folded, unreadable } = read?;
        if let Some(error) = unreadable {
            return Err(error);
        }
        let history = folded.pop();
        if let Some(history) = &history {
            self.was_made_in(&subject, history.bounty.created_block);
        }
        Ok(history)
    }

    /// Holds what was read against what the contract stored after a block.
    async fn compare_bounty(
        self,
        id: u64,
        read: &Result<ReadBounties, ChainError>,
        block: u64,
        person: Option<Address>,
    ) -> Comparison {
        let Ok(ReadBounties { folded, unreadable }) = read else { return Comparison::Unknown };
        if unreadable.is_some() {
            return Comparison::Lacking("some of the events".into());
        }
        let Ok(market) = self.market_address() else { return Comparison::Unknown };
        let Some(answer) = self.view_at(block, market, &calls::bounty(id)).await else { return Comparison::Unknown };
        match (returns::bounty(&answer), folded.last()) {
            (Ok(Some(stored)), Some(history)) => {
                let told = Told::by(history.events.iter().map(|event| &event.event));
                let lacking = history.bounty.lacking(&told, &stored);
                match person.filter(|_| lacking.is_none()) {
                    Some(person) => self.compare_submission(&history.bounty, block, person).await,
                    None => Comparison::of(lacking),
                }
            }
            (Ok(Some(_)), None) => Comparison::Lacking("the creation".into()),
            _ => Comparison::Unknown,
        }
    }

    /// Holds a person's submission as it was read against the one that the contract stored after a block.
    async fn compare_submission(self, told: &Bounty, block: u64, person: Address) -> Comparison {
        let Ok(market) = self.market_address() else { return Comparison::Unknown };
        let answer = self.view_at(block, market, &calls::submission(told.id, person)).await;
        match answer.map(|answer| returns::submission(&answer)) {
            Some(Ok(stored)) => Comparison::of(told.lacking_of(&person, stored.as_ref())),
            _ => Comparison::Unknown,
        }
    }

    /// All bounties, newest first: what the lists show while the server is away. Fewer than the contract counts are
    /// said to be fewer; see [`Self::lacking`] of [`bounties_listed`].
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn bounties(self) -> Result<Vec<History>, ChainError> {
        let (filter, start) = (self.market()?, self.deployment().start_block);
        let contract = self.market_address()?;
        let count = calls::bounty_count();
        let list = List { subject: bounties_listed(), filter, contract, count, what: "bounties" };
        self.list(&list, async || {
            // One whose events do not fit each other is not shown and counts as left out.
            let read = self.histories(&list.filter, start, None).await?.folded;
            let told = read.len() as u64;
            Ok((read, told))
        })
        .await
    }
}

/// The list of bounties as something that events may be left out of.
pub fn bounties_listed() -> Subject {
    Subject::new(FAMILY, "list")
}

/// A log of the market as the event that it is.
fn event(log: &RawLog) -> Result<Option<LoggedEvent>, ChainError> {
    let Some((bounty, event)) = decoded(logs::decode(&log.raw))? else { return Ok(None) };
    Ok(Some(log.place(bounty, event)))
}
