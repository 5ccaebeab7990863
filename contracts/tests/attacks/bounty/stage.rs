//! A coin and a market, of then or of now, with the moves of their people. Then had other calls for some of them.

use bounty::{Commitment, calls};
use contracts::returns;
use ethers_core::abi::Token;
use protocol::{Address, Amount, commitment::superhash};

use super::super::{Rules, audited, call};
use crate::harness::{
    BountyOffer, Chain, Failure, account,
    bounty_run::{METADATA_CID, TEST_CID, TRAIN_CID, commitment, model_cid},
    number, word,
    world::DEPLOYER,
};

pub struct Stage {
    pub rules: Rules,
    pub chain: Chain,
    pub coin: Address,
    pub market: Address,
}

impl Stage {
    pub fn new(rules: Rules) -> Self {
        let mut chain = Chain::new();
        let coin = chain.deploy(DEPLOYER, coin::deploy::model_coin().unwrap());
        let market = match rules {
            Rules::Audited => audited(&mut chain, "BountyMarket", &[coin]),
            Rules::Present => chain.deploy(DEPLOYER, bounty::deploy::bounty_market(coin).unwrap()),
        };
        Self { rules, chain, coin, market }
    }

    /// Gives an account tokens, and lets the market take them.
    pub fn fund(&mut self, person: Address, amount: Amount) {
        self.chain.send(DEPLOYER, self.coin, coin::calls::transfer(person, amount)).unwrap();
        self.chain.send(person, self.coin, coin::calls::approve(self.market, amount)).unwrap();
    }

    pub fn balance(&mut self, person: Address) -> Amount {
        returns::amount(&self.chain.view(self.coin, coin::calls::balance_of(person)).unwrap()).unwrap()
    }

    pub fn send(&mut self, from: Address, data: Vec<u8>) -> Result<Vec<u8>, Failure> {
        self.chain.send(from, self.market, data).map(|receipt| receipt.output)
    }

    /// Posts a bounty over this truth; returns its number.
    pub fn post(&mut self, requester: Address, offer: &BountyOffer, truth: &[u8]) -> Result<u64, Failure> {
        let terms = bounty::Terms { truth_superhash: superhash(truth), ..offer.terms(self.chain.now()) };
        let data = match self.rules {
            Rules::Present => calls::create(&terms, TRAIN_CID, TEST_CID, METADATA_CID, None),
            Rules::Audited => {
                let cids = [TRAIN_CID, TEST_CID, METADATA_CID].map(|cid| Token::String(cid.to_owned()));
                let terms = Token::Tuple(vec![
                    number(terms.reward.0),
                    number(terms.stake.0),
                    number(terms.deadline),
                    number(terms.window),
                    number(terms.test_rows),
                    number(terms.classes),
                    number(terms.min_correct),
                    word(terms.truth_superhash),
                ]);
                let signature =
                    "create((uint96,uint96,uint40,uint32,uint32,uint16,uint32,bytes32),string,string,string)";
                call(signature, &[vec![terms], cids.to_vec()].concat())
            }
        };
        Ok(returns::count(&self.send(requester, data)?).unwrap())
    }

    pub fn cancel(&mut self, requester: Address, id: u64, active_at_most: u32) -> Result<Vec<u8>, Failure> {
        let data = match self.rules {
            Rules::Present => calls::cancel(id, active_at_most),
            Rules::Audited => call("cancel(uint256)", &[number(id)]),
        };
        self.send(requester, data)
    }

    /// Commits to a file, for the bounty over this truth.
    pub fn submit(&mut self, trainer: Address, id: u64, truth: &[u8], file: &[u8]) -> Result<Vec<u8>, Failure> {
        let committed = commitment(trainer, file);
        let data = match self.rules {
            Rules::Present => calls::submit(id, superhash(truth), committed.word(), None),
            Rules::Audited => {
                let Commitment { prediction_superhash, model_superhash } = committed;
                let arguments = [number(id), word(prediction_superhash), word(model_superhash)];
                call("submit(uint256,bytes32,bytes32)", &arguments)
            }
        };
        self.send(trainer, data)
    }

    /// Reveals what was committed to.
    pub fn reveal(&mut self, trainer: Address, id: u64, truth: &[u8], file: &[u8]) -> Result<Vec<u8>, Failure> {
        let data = self.reveal_data(trainer, id, truth, file);
        self.send(trainer, data)
    }

    pub fn reveal_data(&self, trainer: Address, id: u64, truth: &[u8], file: &[u8]) -> Vec<u8> {
        match self.rules {
            Rules::Present => {
                calls::reveal_prediction(id, &commitment(trainer, file), truth, file, &model_cid(trainer))
            }
            Rules::Audited => {
                let files = [truth, file].map(|bytes| Token::Bytes(bytes.to_vec()));
                let arguments = [vec![number(id)], files.to_vec(), vec![Token::String(model_cid(trainer))]].concat();
                call("revealPrediction(uint256,bytes,bytes,string)", &arguments)
            }
        }
    }

    /// Whether somebody may attest a trainer's model, as the registry of the same age says.
    pub fn can_attest(&mut self, registry: Address, id: u64, trainer: Address, rows: u32, by: Address) -> bool {
        let arguments = [number(id), account(trainer), number(rows), number(rows)];
        self.chain.send(by, registry, call("attest(uint256,address,uint32,uint32)", &arguments)).is_ok()
    }
}

/// What somebody has now more than they began with, or less, in words; and whether it is more.
pub fn gain(now: Amount, before: Amount) -> (String, bool) {
    let sign = if now >= before { "+" } else { "-" };
    (format!("{sign}{} MDC", Amount(now.0.abs_diff(before.0))), now > before)
}
