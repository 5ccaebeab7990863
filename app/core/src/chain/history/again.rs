//! Reading again what was read before and lacks something.

use leptos::prelude::*;
use rpc::{Filter, RawLog, Stretch};

use super::{
    super::{ChainError, Reader},
    logs::Logs,
};

impl Reader {
    /// Reads a stretch of a question again, in narrow pieces, and remembers what was not known of it. Returns whether
    /// there was anything.
    ///
    /// # Errors
    /// [`ChainError`]
    pub(in crate::chain) async fn again(
        self,
        filter: &Filter,
        from: u64,
        stretch: Stretch,
    ) -> Result<bool, ChainError> {
        let key = self.key(filter, from);
        let Stretch { from: first, to, width } = stretch;
        let read = self.client().again(filter, first, to, width).await?.logs;
        let kept = self.histories.kept.with_value(|all| all.get(&key).cloned());
        let known = kept.map(Logs::from_kept);
        let mut found: Vec<RawLog> = read;
        found.retain(|log| known.as_ref().is_none_or(|known| !known.has(log)));
        let has_more = self.histories.late.try_update_value(|all| {
            let late = all.entry(key).or_default();
            let before = late.len();
            found.retain(|log| !late.contains(log));
            late.extend(found);
            late.len() > before
        });
        Ok(has_more == Some(true))
    }

    /// Whether something was found that had been left out.
    pub(in crate::chain) fn has_late(self, filter: &Filter, from: u64) -> bool {
        let key = self.key(filter, from);
        self.histories.late.with_value(|all| all.get(&key).is_some_and(|late| !late.is_empty()))
    }

    /// Adds what was found when a node was asked again, as far as it is still on the chain.
    pub(super) async fn add_late(self, key: &str, logs: &mut Logs) -> Result<(), ChainError> {
        let late = self.histories.late.with_value(|all| all.get(key).cloned()).unwrap_or_default();
        for log in late {
            if logs.has(&log) {
                continue;
            }
            let header = self.client().header(log.block).await?;
            if header.is_some_and(|header| header.hash == log.block_hash) {
                logs.insert(log);
            }
        }
        Ok(())
    }
}
