//! Coin and market deployed, and every call of them decoded.

use bounty::{
    Event, LoggedEvent, calls,
    returns::{ChainBounty, ChainSubmission},
};
use contracts::returns;
use protocol::{Address, Amount};

use super::{Chain, Failure, Receipt};

/// Who deploys, and so owns the half of the supply that is not for airdrops.
pub const DEPLOYER: Address = Address([0xdd; 20]);

/// The n-th trainer.
pub fn trainer(n: u32) -> Address {
    let mut bytes = [0x70; 20];
    bytes[16..].copy_from_slice(&n.to_be_bytes());
    Address(bytes)
}

pub struct World {
    pub chain: Chain,
    pub coin: Address,
    pub market: Address,
    /// Everything the market has emitted, in order.
    pub history: Vec<LoggedEvent>,
    /// A coin made for a test gives to everyone and needs no allowance.
    pub coin_has_no_limits: bool,
}

impl World {
    pub fn new() -> Self {
        let mut chain = Chain::new();
        let coin = chain.deploy(DEPLOYER, coin::deploy::model_coin().unwrap());
        let market = chain.deploy(DEPLOYER, bounty::deploy::bounty_market(coin).unwrap());
        Self { chain, coin, market, history: Vec::new(), coin_has_no_limits: false }
    }

    /// Sends a transaction to the market, and keeps what it emitted.
    pub fn send(&mut self, from: Address, data: Vec<u8>) -> Result<Receipt, Failure> {
        let receipt = self.chain.send(from, self.market, data)?;
        for event in self.events_of(&receipt) {
            self.history.push(event);
        }
        Ok(receipt)
    }

    /// What the market emitted, with a place in the chain.
    fn events_of(&self, receipt: &Receipt) -> Vec<LoggedEvent> {
        let logs = receipt.logs.iter().filter(|(from, _)| *from == self.market);
        logs.enumerate()
            .map(|(index, (_, log))| {
                let (bounty, event) = bounty::logs::decode(log).unwrap().expect("an event of the market");
                self.chain.place(1 + self.history.len() as u64, index, bounty, event)
            })
            .collect()
    }

    /// What the last transactions emitted, from the `from`-th event on.
    pub fn emitted(&self, from: usize) -> Vec<Event> {
        self.history[from..].iter().map(|logged| logged.event.clone()).collect()
    }

    /// Gives an account tokens, and lets the market take them.
    pub fn fund(&mut self, account: Address, amount: Amount) {
        if amount > Amount::ZERO && !self.coin_has_no_limits {
            self.chain.send(DEPLOYER, self.coin, coin::calls::transfer(account, amount)).unwrap();
            self.chain.send(account, self.coin, coin::calls::approve(self.market, amount)).unwrap();
        }
    }

    pub fn balance(&mut self, account: Address) -> Amount {
        let data = self.chain.view(self.coin, coin::calls::balance_of(account)).unwrap();
        returns::amount(&data).unwrap()
    }

    /// What the market holds.
    pub fn held(&mut self) -> Amount {
        self.balance(self.market)
    }

    pub fn supply(&mut self) -> Amount {
        let data = self.chain.view(self.coin, coin::calls::total_supply()).unwrap();
        returns::amount(&data).unwrap()
    }

    pub fn bounty(&mut self, id: u64) -> ChainBounty {
        bounty::returns::bounty(&self.chain.view(self.market, calls::bounty(id)).unwrap()).unwrap().expect("exists")
    }

    pub fn submission(&mut self, id: u64, trainer: Address) -> Option<ChainSubmission> {
        bounty::returns::submission(&self.chain.view(self.market, calls::submission(id, trainer)).unwrap()).unwrap()
    }

    pub fn due(&mut self, id: u64, trainer: Address) -> Amount {
        returns::amount(&self.chain.view(self.market, calls::due(id, trainer)).unwrap()).unwrap()
    }

    /// The bounty folded from what was emitted.
    pub fn folded(&self, id: u64) -> bounty::Bounty {
        let events = self.history.iter().filter(|logged| logged.subject == id);
        bounty::Bounty::fold(events).unwrap().expect("exists")
    }
}
