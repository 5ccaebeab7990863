//! Which bounties an account takes part in: by the events that name it, and by whatever else names one, all of it held
//! against the contract.

use std::collections::{BTreeMap, BTreeSet};

use bounty::{Bounty, Part, Parts, Record, calls, logs, unnamed};
use contracts::{abi::account_topic, returns};
use protocol::{Address, subject::Subject};

use super::super::{ChainError, Reader};
use crate::storage;

/// So many bounties are read one by one, each from where it began; more are read together.
const ONE_BY_ONE: usize = 2;

impl Reader {
    /// The bounties whose events name this account.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn bounties_told(self, account: Address) -> Result<BTreeSet<u64>, ChainError> {
        let filter = self.market()?.any_topic().any_topic().topic([account_topic(account)]);
        let own = &self.history(&filter, self.deployment().start_block, None).await?;
        Ok(own.into_iter().filter_map(|log| logs::decode(&log.raw).ok().flatten()).map(|(id, _)| id).collect())
    }

    /// What an account has done with bounties, counted from the events of those that name it, at the time of the block
    /// that is read first.
    ///
    /// # Errors
    /// [`ChainError`], also where one of them could not be read: nobody is judged by a part.
    pub async fn record(self, account: Address) -> Result<Record, ChainError> {
        let (_, read_at) = self.head().await?;
        let told = self.bounties_told(account).await?;
        if told.is_empty() {
            return Ok(Record::default());
        }
        let (bounties, unread) = self.told_bounties(account, &told).await?;
        if let Some(error) = unread {
            return Err(error);
        }
        if let Some(id) = told.iter().find(|id| bounties.iter().all(|bounty| bounty.id != **id)) {
            return Err(ChainError::NotTold(*id));
        }
        Ok(Record::of(&account, &bounties, read_at))
    }

    /// The bounties that this browser found the account to take part in before.
    pub fn bounties_kept(self, account: Address) -> BTreeSet<u64> {
        let kept = storage::read(&self.kept_key(account));
        kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// Of the newest bounties those that nobody named and nobody was asked about; none where the node does not say how
    /// many there are.
    pub async fn newest_bounties(self, named: &BTreeSet<u64>, asked: &BTreeSet<u64>) -> Vec<u64> {
        let Ok(market) = self.market_address() else { return Vec::new() };
        let count = self.call(None, market, calls::bounty_count()).await.ok();
        let count = count.and_then(|answer| returns::count(&answer).ok());
        count.map(|count| unnamed(count, named, asked)).unwrap_or_default()
    }

    /// What an account takes part in of these bounties at `now`. `told` are those that events name. What is `known` and did not
    /// change since is not asked about again.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn parts_in_bounties(
        self,
        account: Address,
        now: u64,
        ids: &BTreeSet<u64>,
        told: BTreeSet<u64>,
        known: BTreeMap<u64, Part>,
    ) -> Result<Vec<Part>, ChainError> {
        let market = self.market_address()?;
        let ask = async |data| self.call(None, market, data).await;
        // What could not be read is asked of the contract below.
        let (mut read, _) = self.told_bounties(account, &told).await?;
        // Of a few, a change was told, even if the node's events do not show it.
        let known = if told.len() <= ONE_BY_ONE { BTreeMap::new() } else { known };
        let is_known = |bounty: &Bounty| matches!(known.get(&bounty.id), Some(Part::Told(known)) if **known == *bounty);
        let (same, new): (Vec<Bounty>, Vec<Bounty>) = read.drain(..).partition(is_known);
        let named = ids.iter().filter(|id| same.iter().all(|bounty| bounty.id != **id)).copied().collect();
        let mut held = Parts::hold(account, now, new, &named, &ask).await?;
        // What lacks something is read by itself, which looks for it, and held against the contract once more.
        let lacking: BTreeSet<u64> = held.lacking.keys().copied().collect();
        if !lacking.is_empty() {
            let (again, _) = self.each_bounty(account, &lacking).await;
            held.parts.retain(|part| !lacking.contains(&part.id()));
            held.parts.extend(Parts::hold(account, now, again, &lacking, &ask).await?.parts);
        }
        held.parts.extend(same.into_iter().map(|bounty| Part::Told(Box::new(bounty))));
        self.keep_bounties(account, ids, held.parts.iter().map(Part::id));
        Ok(held.parts)
    }

    /// Bounties as their events tell them, and why one of them could not be read, if that is so.
    async fn told_bounties(
        self,
        account: Address,
        told: &BTreeSet<u64>,
    ) -> Result<(Vec<Bounty>, Option<ChainError>), ChainError> {
        if told.len() <= ONE_BY_ONE {
            return Ok(self.each_bounty(account, told).await);
        }
        let ids: Vec<_> = told.iter().map(|id| logs::bounty_topic(*id)).collect();
        let filter = self.market()?.any_topic().topic(ids);
        let read = self.histories(&filter, self.deployment().start_block, None).await?;
        Ok((read.folded.into_iter().map(|history| history.bounty).collect(), read.unreadable))
    }

    /// Each of these by itself, held against the contract and mended; without those that cannot be read now, and why one
    /// of these cannot.
    async fn each_bounty(self, account: Address, ids: &BTreeSet<u64>) -> (Vec<Bounty>, Option<ChainError>) {
        let (mut read, mut unread) = (Vec::new(), None);
        for id in ids {
            let made_in = self.made_in(&Subject::new(bounty::FAMILY, id));
            match self.bounty(*id, made_in, Some(account)).await {
                Ok(history) => read.push(history.bounty),
                Err(error) => unread = Some(error),
            }
        }
        (read, unread)
    }

    /// Keeps in which of those that were asked about the account takes part.
    fn keep_bounties(self, account: Address, asked: &BTreeSet<u64>, found: impl Iterator<Item = u64>) {
        let before = self.bounties_kept(account);
        let all: BTreeSet<u64> = before.difference(asked).copied().chain(found).collect();
        if let Some(text) = serde_json::to_string(&all).ok().filter(|_| all != before) {
            storage::write(&self.kept_key(account), &text);
        }
    }

    /// Names what is kept: another deployment has other bounties.
    fn kept_key(self, account: Address) -> String {
        let market = self.market_address().unwrap_or(Address::ZERO);
        format!("bounties.{}.{market}.{account}", self.deployment().chain_id)
    }
}
