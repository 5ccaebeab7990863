//! Finding an endpoint that stands still while another one goes on.

use std::time::Duration;

use futures::future::{Either, select};
use serde_json::{Value, json};

use crate::{Client, Header, allowance::lock, client::Call, value};

/// A newest block of this age makes it worth asking the other endpoints; and one that is so much newer is much newer.
const OLD: Duration = Duration::from_secs(60);
/// Between two such comparisons.
const EVERY: Duration = Duration::from_secs(30);
/// Nothing depends on the others' answers, so they are not waited for as long as others.
const PATIENCE: Duration = Duration::from_secs(3);
/// Blocks below the head that two nodes of one chain have in common, also where one of them is on another branch.
const SHARED: u64 = 64;

/// What was told of the head, and when it was last compared.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Heads {
    /// Number of the newest block, and since when it is.
    newest: Option<(u64, Duration)>,
    compared: Option<Duration>,
}

impl Heads {
    /// Whether the other endpoints are to be asked now. `age` is the block's by the device's clock, which may be wrong:
    /// so a head that does not move counts as well.
    fn is_due(&mut self, number: u64, age: Duration, now: Duration) -> bool {
        let since = self.newest.filter(|(known, _)| *known == number).map_or(now, |(_, since)| since);
        self.newest = Some((number, since));
        let is_old = age >= OLD || now.saturating_sub(since) >= OLD;
        let is_due = is_old && self.compared.is_none_or(|compared| now >= compared + EVERY);
        if is_due {
            self.compared = Some(now);
        }
        is_due
    }
}

impl Client {
    /// The newest block of another endpoint, with its position, where this one's is old and the other's, on the same
    /// chain, much newer. The endpoint is passed over for a while then.
    pub(crate) async fn overtaken(&self, endpoint: usize, head: &Header) -> Option<(usize, Header)> {
        let environment = &self.inner.environment;
        if self.inner.endpoints.len() < 2 {
            return None;
        }
        let age = Duration::from_secs(environment.unix_time().saturating_sub(head.at));
        if !lock(&self.inner.heads).is_due(head.number, age, environment.now()) {
            return None;
        }
        for position in (0..self.inner.endpoints.len()).filter(|position| *position != endpoint) {
            let (learnt, now) = (self.endpoint(position).learnt(), self.now());
            if learnt.not_before > now || learnt.down_until > now {
                continue;
            }
            let Some(other) = self.block_aside(position, json!("latest")).await else { continue };
            if other.number <= head.number || other.at < head.at.saturating_add(OLD.as_secs()) {
                continue;
            }
            // A height alone proves nothing: a node of another chain has one, too.
            let shared = value::number(head.number.saturating_sub(SHARED));
            let (Some(theirs), Some(ours)) =
                (self.block_aside(position, shared.clone()).await, self.block_aside(endpoint, shared).await)
            else {
                continue;
            };
            if theirs.hash == ours.hash {
                self.endpoint(endpoint).fell_behind(self.now());
                return Some((position, other));
            }
        }
        None
    }

    /// A block of one endpoint, asked once.
    async fn block_aside(&self, position: usize, which: Value) -> Option<Header> {
        let calls = [Call::new("eth_getBlockByNumber", json!([which, false]))];
        let asked = Box::pin(self.exchange(position, &calls, self.next_ids(1)));
        match select(asked, self.inner.environment.sleep(PATIENCE)).await {
            Either::Left((Ok(values), _)) => Header::read(values.first()?.as_ref().ok()?).ok().flatten(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_compared_where_they_are_old_or_stand_still_and_not_all_the_time() {
        let (second, young) = (Duration::from_secs, Duration::from_secs(2));
        let mut heads = Heads::default();
        assert!(!heads.is_due(7, young, second(0)));
        assert!(!heads.is_due(8, young, second(59)), "it moves");
        assert!(!heads.is_due(8, young, second(100)));
        assert!(heads.is_due(8, young, second(119)), "it has stood still for a minute");
        assert!(!heads.is_due(8, young, second(148)), "and was compared just now");
        assert!(heads.is_due(8, young, second(149)));
        assert!(heads.is_due(9, second(60), second(200)), "by the clock it is old");
    }
}
