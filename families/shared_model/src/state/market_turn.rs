//! What an account has to do next in a prediction market, until when, and what it costs to let it pass: the one place that
//! says so, for the page of a model and for every list of what is to be done.

use protocol::{Address, Amount};

use super::{Market, MarketStage, Model};

/// Seconds without a step after which an evaluation can be timed out: `MarketBase.STALL`.
pub const STALL: u64 = 3 * 86_400;
/// Seconds after which an evaluation can be timed out whatever steps it makes: `MarketBase.EVALUATION_TIME`.
pub const EVALUATION_TIME: u64 = 30 * 86_400;

/// Something to be done in a market.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarketAct {
    /// Draw the piece that does not count, before the hash that decides is gone (8,191 blocks after the post). Otherwise
    /// the bounty is burned.
    Draw,
    /// Reveal the drawn piece. Otherwise the bounty is burned.
    RevealDrawn,
    /// Show these contributions, by index. Otherwise their stakes are lost to the pot.
    Show(Vec<u16>),
    /// Reveal the other pieces. Otherwise half of the pot is burned, and the contributors get the other half.
    RevealOthers,
    /// Go on with the evaluation; whoever has a part in the market can. Otherwise the pot is burned.
    Evaluate,
    /// End the market, in which somebody has not acted in time; what one has in it comes back by that.
    TimeOut,
}

/// What an account has to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketTurn {
    pub act: MarketAct,
    /// Until when, seconds since the epoch; `None` where no time is fixed. An evaluation may have longer, since steps
    /// within a contribution are in no event.
    pub until: Option<u64>,
    /// What is lost by letting it pass. Evaluating: what is left of the bounty, with what was lost to it, which
    /// contributors can still earn and whose rest is the owner's. Timing out: what comes back to the account at least.
    pub amount: Amount,
}

/// What an account will have to do later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketComing {
    /// As it will be its turn; `until` is certain.
    pub turn: MarketTurn,
    /// When it is its turn at the latest, seconds since the epoch: sooner where others are quicker, since a market
    /// closes when it is full, and pieces can be revealed when all is shown.
    pub from: u64,
}

impl Market {
    /// Until when the stage lasts, or from when on anyone can end it; `None` where no time is fixed.
    pub fn until(&self, now: u64) -> Option<u64> {
        let (show, reveal) = (u64::from(self.show_window), u64::from(self.reveal_window));
        match self.stage(now) {
            MarketStage::Drawing | MarketStage::Over(_) => None,
            MarketStage::FirstReveal => self.drawn_at.map(|at| at + reveal),
            MarketStage::Open => self.closes_at,
            MarketStage::Showing => self.closes_at.map(|at| at + show),
            MarketStage::Revealing => self.closes_at.map(|at| at + show + reveal),
            MarketStage::Training => self.evaluated_from.map(|at| (at + EVALUATION_TIME).min(self.stepped_at + STALL)),
        }
    }

    /// The bounty, with the stakes of what is not shown.
    pub fn unearned(&self) -> Amount {
        Amount(self.bounty.0.saturating_add(self.stake.0.saturating_mul(self.unshown() as u128)))
    }

    fn staked_by(&self, account: &Address) -> Amount {
        let shown = self.entries.iter().filter(|e| e.contributor == *account && e.key.is_some()).count();
        Amount(self.stake.0.saturating_mul(shown as u128))
    }
}

impl Model {
    /// What `account` has to do next in this model's market at `now`; `None` where it has nothing to do.
    pub fn market_turn(&self, account: &Address, now: u64) -> Option<MarketTurn> {
        let market = self.market.as_ref()?;
        let (owner, staked) = (*account == self.owner, market.staked_by(account));
        let (stage, until) = (market.stage(now), market.until(now));
        let late = until.is_some_and(|until| now >= until);
        let turn = |act, amount| Some(MarketTurn { act, until, amount });
        let time_out = |amount| Some(MarketTurn { act: MarketAct::TimeOut, until: None, amount });
        match stage {
            MarketStage::Drawing if owner => turn(MarketAct::Draw, market.bounty),
            MarketStage::FirstReveal if owner && !late => turn(MarketAct::RevealDrawn, market.bounty),
            MarketStage::Showing => {
                let mine = market.entries.iter().enumerate();
                let mine = mine.filter(|(_, e)| e.contributor == *account && e.key.is_none());
                let open: Vec<u16> = mine.filter_map(|(index, _)| u16::try_from(index).ok()).collect();
                let amount = Amount(market.stake.0.saturating_mul(open.len() as u128));
                if open.is_empty() { None } else { turn(MarketAct::Show(open), amount) }
            }
            MarketStage::Revealing if owner && !late => turn(MarketAct::RevealOthers, market.unearned()),
            // Where nobody has shown anything, all of it goes back to the owner.
            MarketStage::Revealing if late && owner => {
                let nobody = market.unshown() == market.entries.len();
                time_out(if nobody { market.unearned() } else { Amount::ZERO })
            }
            MarketStage::Revealing if late && staked > Amount::ZERO => time_out(staked),
            MarketStage::Training if owner || staked > Amount::ZERO => {
                if late {
                    time_out(Amount::ZERO)
                } else {
                    turn(MarketAct::Evaluate, market.rounds_left)
                }
            }
            _ => None,
        }
    }
}

impl Model {
    /// What `account` will have to do later in this model's market than at `now`, as far as it can be known.
    pub fn market_coming(&self, account: &Address, now: u64) -> Vec<MarketComing> {
        let Some(market) = &self.market else { return Vec::new() };
        let Some(closes) = market.closes_at else { return Vec::new() };
        let shown = closes + u64::from(market.show_window);
        let mut coming = Vec::new();
        let mut add = |act, from, until, amount| {
            let turn = MarketTurn { act, until: Some(until), amount };
            coming.push(MarketComing { turn, from });
        };
        let stage = market.stage(now);
        if stage == MarketStage::Open {
            let entries = (0u16..).zip(&market.entries).filter(|(_, entry)| entry.contributor == *account);
            let mine: Vec<u16> = entries.map(|(index, _)| index).collect();
            let amount = Amount(market.stake.0.saturating_mul(mine.len() as u128));
            if !mine.is_empty() {
                add(MarketAct::Show(mine), closes, shown, amount);
            }
        }
        if *account == self.owner && matches!(stage, MarketStage::Open | MarketStage::Showing) {
            add(MarketAct::RevealOthers, shown, shown + u64::from(market.reveal_window), market.bounty);
        }
        coming
    }
}

#[cfg(test)]
mod tests;
