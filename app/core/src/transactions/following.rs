//! Looking at sent transactions, until what became of them can no longer change.

use std::time::Duration;

use futures::future::LocalBoxFuture;
use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};
use rpc::KnownChain;
use sending::{Look, Mined, Stage, Transaction, Watch};

use super::{SendError, Transactions};
use crate::{
    chain::{DEVELOPMENT_CHAIN, Receipt, is_hidden},
    server,
};

/// Pauses between two looks at a transaction: at first, after half a minute, and after five minutes.
const SOON: Duration = Duration::from_millis(700);
const LATER: Duration = Duration::from_secs(3);
const SELDOM: Duration = Duration::from_secs(15);
/// Pause between two looks at a mined one.
const MINED: Duration = Duration::from_secs(30);
/// Seconds between two searches for what carried out a transaction whose hash is unknown.
const SEARCH: f64 = 15.0;
/// Seconds that a gap before a transaction is waited for in front of the page.
const GAP: f64 = 60.0;
/// Blocks on a mined one after which a chain that does not tell its finality is believed.
const DEEP: u64 = 3;
/// Seconds that the lists may take for a block, beside the confirmations that the server waits for.
const INDEXED_WITHIN: u64 = 60;

/// What one tab remembers of a transaction that it looks at.
struct Following {
    watch: Watch,
    started: f64,
    searched: f64,
    gap_since: Option<f64>,
}

impl Transactions {
    /// Loads the tray of the last visit, keeps it in common with other tabs, and goes on looking at what is not settled.
    pub fn resume(self) {
        self.share();
        let ready = RwSignal::new(false);
        // A question that was open in the wallet when the page was closed may have been answered with yes. What another tab
        // asks now looks the same; that tab says better when it has an answer.
        let is_asked = |t: &Transaction| t.stage == Stage::Asked;
        let asked: Vec<u64> =
            self.list.with_untracked(|list| list.iter().filter(|t| is_asked(t)).map(|t| t.key).collect());
        spawn_local(async move {
            self.check_genesis().await;
            for key in asked {
                let why = "This page was closed while the wallet asked.".to_owned();
                if self.find(key).is_some_and(|of| of.stage == Stage::Asked) {
                    self.set(key, Stage::Unanswered { why });
                }
            }
            ready.set(true);
        });
        // Those of other tabs too, as soon as they are told of.
        Effect::new(move || {
            if ready.get() {
                self.list.track();
                self.follow_all();
            }
        });
        // A development chain that was started anew is lower than before.
        Effect::new(move |before: Option<u64>| {
            let head = self.clock.head.get();
            if before.is_some_and(|before| head < before) {
                spawn_local(self.check_genesis());
            }
            head
        });
    }

    /// Looks at everything that is not settled and that this tab does not look at yet.
    fn follow_all(self) {
        for transaction in self.list.get_untracked() {
            let is_followed = self.followed.with_value(|all| all.contains(&transaction.key));
            // What another tab asks its wallet is that tab's until it is sent.
            if transaction.is_watched() && transaction.stage != Stage::Asked && !is_followed {
                spawn_local(self.follow(transaction.key, None));
            }
        }
    }

    /// Follows a transaction in front of the page, until it has ended or nobody can say when it will.
    pub(super) async fn watch(self, key: u64) -> Result<Receipt, SendError> {
        let mut following = self.following();
        self.followed.update_value(|all| all.push(key));
        let ended = loop {
            let receipt = self.look(key, &mut following).await;
            let Some(of) = self.find(key) else { break Err(SendError::ChainRestarted) };
            let now = self.seconds();
            following.gap_since = matches!(of.stage, Stage::Queued { .. }).then(|| following.gap_since.unwrap_or(now));
            match of.stage {
                Stage::Mined { .. } | Stage::Indexed => {
                    if let Some(receipt) = receipt {
                        break Ok(receipt);
                    }
                }
                Stage::Reverted { why } => break Err(SendError::Reverted(why)),
                Stage::Replaced => break Err(SendError::Replaced),
                Stage::Untraced => break Err(SendError::Open("The chain does not know this transaction.".into())),
                Stage::Dropped => break Err(SendError::Open("The chain nodes forgot this transaction.".into())),
                Stage::Queued { .. } if following.gap_since.is_some_and(|since| now - since > GAP) => {
                    break Err(SendError::Open("It waits for earlier transactions of your account.".into()));
                }
                _ => {}
            }
            self.rest(&following, &Stage::Sent).await;
        };
        self.followed.update_value(|all| all.retain(|known| *known != key));
        spawn_local(self.follow(key, None));
        ended
    }

    /// Looks at a transaction in the background until it is settled, or for so many seconds. Boxed, since what it calls
    /// may begin it again.
    pub(super) fn follow(self, key: u64, most: Option<f64>) -> LocalBoxFuture<'static, ()> {
        Box::pin(async move {
            if self.followed.with_value(|all| all.contains(&key)) {
                return;
            }
            self.followed.update_value(|all| all.push(key));
            let mut following = self.following();
            // Those of other tabs are asked for by them too.
            following.started -= 60.0;
            let until = most.map(|most| self.seconds() + most);
            while let Some(of) = self.find(key) {
                if !of.is_watched() && until.is_none_or(|until| self.seconds() > until) {
                    break;
                }
                self.look(key, &mut following).await;
                let stage = self.find(key).map_or(Stage::Replaced, |of| of.stage);
                self.rest(&following, &stage).await;
            }
            self.followed.update_value(|all| all.retain(|known| *known != key));
        })
    }

    fn following(self) -> Following {
        Following { watch: Watch::default(), started: self.seconds(), searched: 0.0, gap_since: None }
    }

    /// A clock that only goes forward, whatever the device's does.
    fn seconds(self) -> f64 {
        self.reader.client().now().as_secs_f64()
    }

    /// Waits until the next look; as long as nobody sees the page, too.
    async fn rest(self, following: &Following, stage: &Stage) {
        let age = self.seconds() - following.started;
        let pause = match stage {
            Stage::Sent | Stage::Asked | Stage::Queued { .. } if age < 30.0 => SOON,
            Stage::Sent | Stage::Asked | Stage::Queued { .. } if age < 300.0 => LATER,
            stage if stage.is_open() => SELDOM,
            _ => MINED,
        };
        sleep(pause).await;
        while is_hidden() {
            sleep(Duration::from_secs(1)).await;
        }
    }

    /// Asks the nodes about a transaction once. Gives its receipt, where it is in a block with its effect.
    async fn look(self, key: u64, following: &mut Following) -> Option<Receipt> {
        let of = self.find(key)?;
        let (mut look, mut found) = (Look::default(), None);
        if let Some(hash) = of.hash {
            found = self.reader.receipt(hash).await.ok();
            let mined = |receipt: &Receipt| Mined { block: receipt.block, success: receipt.success };
            look.receipt = found.as_ref().map(|found| found.as_ref().map(mined));
            if !matches!(look.receipt, Some(Some(_))) {
                look.known = self.reader.known(hash).await.ok();
            }
        }
        if !matches!(look.receipt, Some(Some(_))) {
            look.count = self.reader.transaction_count(of.account).await.ok();
            self.search(&of, following, &mut look).await;
        }
        let now = self.seconds();
        let before = self.find(key)?;
        let mut after = before.clone();
        if following.watch.read(&mut after, &look, now) {
            self.take_in(&before, after).await;
        }
        self.settle(key, look.decided_in(&self.find(key)?));
        found.flatten().filter(|receipt| receipt.success)
    }

    /// What is asked only where a node does not know the transaction.
    async fn search(self, of: &Transaction, following: &mut Following, look: &mut Look) {
        let now = self.seconds();
        if let (true, Some(number)) = (following.watch.wants_taker(of, look), of.nonce) {
            let taker = self.reader.taker(of.account, number, of.after, (of.to, of.call)).await.ok();
            // One that is in the list under its own name is not another name of this one.
            let is_other =
                |hash| self.list.with_untracked(|l| l.iter().any(|t| t.key != of.key && t.hash == Some(hash)));
            look.taker = taker.map(|taker| {
                taker.map(|taker| sending::Taker { is_same: taker.is_same && !is_other(taker.hash), ..taker })
            });
        }
        if now - following.searched < SEARCH || !following.watch.wants_effect(of, look) {
            return;
        }
        following.searched = now;
        if self.home_id() == DEVELOPMENT_CHAIN {
            self.check_genesis().await;
        }
        if let (Some(to), Some(call)) = (of.to, of.call) {
            let effect = self.reader.effect(of.account, to, call, of.after).await.ok();
            let is_other =
                |hash| self.list.with_untracked(|l| l.iter().any(|t| t.key != of.key && t.hash == Some(hash)));
            look.effect = effect.map(|effect| effect.filter(|hash| !is_other(*hash)));
        }
    }

    /// Takes over what was found out, and tells the page of a block.
    async fn take_in(self, before: &Transaction, mut after: Transaction) {
        let key = after.key;
        if let (Stage::Reverted { .. }, Some(hash), Some(block)) = (&after.stage, after.hash, after.block)
            && before.stage != after.stage
        {
            after.stage = Stage::Reverted { why: self.reader.why_reverted(hash, block).await };
        }
        let is_news = before.stage != after.stage;
        let now = self.clock.now.get_untracked();
        self.change(key, |t| {
            if is_news {
                t.changed_at = now;
            }
            let (dismissed, version, fee) = (t.dismissed, t.version, t.fee.clone());
            let changed_at = t.changed_at;
            *t = Transaction { dismissed, version, fee, changed_at, ..after.clone() };
        });
        if !is_news {
            return;
        }
        if let Stage::Mined { .. } | Stage::Reverted { .. } = after.stage {
            self.clock.refresh(self.reader).await;
            self.mined.update(|n| *n += 1);
        }
        if let Stage::Mined { block } = after.stage {
            self.await_index(key, block);
        }
    }

    /// Whether what was decided in a block can no longer change.
    fn settle(self, key: u64, block: Option<u64>) {
        let Some(block) = block else { return };
        let is_final = if KnownChain::of(self.home_id()).has_finality {
            let finality = self.clock.finality.get_untracked();
            finality.safe.or(finality.finalized).is_some_and(|safe| safe.number >= block)
        } else {
            self.reader.client().tallest() >= block + DEEP
        };
        if is_final && self.find(key).is_some_and(|of| !of.is_settled && of.block == Some(block)) {
            self.change(key, |t| t.is_settled = true);
        }
    }

    fn await_index(self, key: u64, block: u64) {
        spawn_local(async move {
            // The lists are a convenience; after a while the tray stops waiting for them.
            let chain = KnownChain::of(self.home_id());
            let patience = INDEXED_WITHIN + chain.confirmations * chain.block_time / 1_000;
            let until = self.seconds() + patience as f64;
            while self.seconds() < until {
                if server::status().await.is_ok_and(|status| status.block >= block) {
                    if self.find(key).is_some_and(|of| of.stage == Stage::Mined { block }) {
                        self.set(key, Stage::Indexed);
                    }
                    return;
                }
                sleep(SOON).await;
            }
        });
    }
}
