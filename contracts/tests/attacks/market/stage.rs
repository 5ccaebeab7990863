//! A prediction market by the rules of then or of now, behind the same moves.

use contracts::returns;
use ethers_core::abi::Token;
use protocol::{Address, Amount, Digest};
use shared_model::{
    ClassifierKind, IncentiveKind, Shape,
    calls::{factory, market, shared},
    lanes, record_key,
    state::contribution_commitment,
};

use crate::{
    attacks::{Rules, audited, call},
    harness::{
        Chain, Failure, Receipt, account,
        models::{OWNER, shape, terms},
        number, word,
        world::DEPLOYER,
    },
};

pub const BOUNTY: Amount = Amount::mdc(300);
pub const STAKE: Amount = Amount::mdc(100);
pub const OPEN_SECONDS: u32 = 7 * 86_400;
pub const WINDOW: u32 = 3_600;
const SALT: Digest = Digest([0x77; 32]);

pub struct Stage {
    pub chain: Chain,
    pub rules: Rules,
    pub coin: Address,
    pub model: Address,
    /// The pieces of the test set.
    pub pieces: Vec<Vec<u8>>,
    /// Contributions so far: who, label, sample.
    pub made: Vec<(Address, u16, Vec<u8>)>,
    limit: u16,
}

/// A sample of naive Bayes that lists these features.
pub fn listed(features: &[u32]) -> Vec<u8> {
    features.iter().flat_map(|f| f.to_be_bytes().into_iter().skip(1)).collect()
}

/// A piece of rows that are all labelled alike.
pub fn piece(rows: &[(&[u32], u16)]) -> Vec<u8> {
    let row = |(features, label): &(&[u32], u16)| {
        let sample = listed(features);
        [&label.to_be_bytes()[..], &(sample.len() as u16).to_be_bytes(), &sample].concat()
    };
    rows.iter().flat_map(row).collect()
}

/// Naive Bayes of two classes that knows nothing of the features yet.
pub fn bayes(features: u32, classes: u16) -> Shape {
    Shape { headers: vec![20; usize::from(classes)], ..shape(ClassifierKind::NaiveBayes, features, classes, classes) }
}

impl Stage {
    pub fn new(rules: Rules, shape: &Shape, pieces: Vec<Vec<u8>>, limit: u16) -> Self {
        let mut chain = Chain::new();
        let coin = chain.deploy(DEPLOYER, coin::deploy::model_coin().unwrap());
        let classifiers = ClassifierKind::ALL.map(|kind| match rules {
            Rules::Present => chain.deploy(DEPLOYER, shared_model::deploy::classifier(kind).unwrap()),
            Rules::Audited => audited(&mut chain, &format!("{kind:?}"), &[]),
        });
        let incentives = IncentiveKind::ALL.map(|kind| match rules {
            Rules::Present => chain.deploy(DEPLOYER, shared_model::deploy::incentive(kind, coin).unwrap()),
            Rules::Audited => audited(&mut chain, &format!("{kind:?}Model"), &[coin]),
        });
        let makes = match rules {
            Rules::Present => {
                let code = shared_model::deploy::model_factory(coin, &classifiers, &incentives).unwrap();
                chain.deploy(DEPLOYER, code)
            }
            Rules::Audited => audited(&mut chain, "ModelFactory", &[&[coin][..], &classifiers, &incentives].concat()),
        };
        let create = factory::create_model(shape, IncentiveKind::Market, &terms(IncentiveKind::Market), "bafkrei");
        let made = chain.send(OWNER, makes, create).unwrap();
        let model = returns::address(&made.output).unwrap();
        let words = vec![0; shape.needed() * lanes::WORD_BYTES];
        for (n, chunk) in words.chunks(200 * lanes::WORD_BYTES).enumerate() {
            chain.send(OWNER, model, shared::load(200 * n as u32, chunk)).unwrap();
        }
        let mut stage = Self { chain, rules, coin, model, pieces, made: Vec::new(), limit };
        stage.give(OWNER, Amount::mdc(10_000));
        stage
    }

    /// Gives somebody tokens that the model may take.
    pub fn give(&mut self, who: Address, amount: Amount) {
        self.chain.send(DEPLOYER, self.coin, coin::calls::transfer(who, amount)).unwrap();
        self.chain.send(who, self.coin, coin::calls::approve(self.model, Amount::SUPPLY)).unwrap();
    }

    /// What somebody has outside of the model and in its balance, in 10^-18 MDC.
    pub fn has(&mut self, who: Address) -> i128 {
        let outside = self.chain.view(self.coin, coin::calls::balance_of(who)).unwrap();
        let inside = self.chain.view(self.model, shared::account(who)).unwrap();
        let inside = shared_model::returns::shared::account(&inside).unwrap().balance;
        (returns::amount(&outside).unwrap().0 + inside.0) as i128
    }

    pub fn send(&mut self, from: Address, data: Vec<u8>) -> Result<Receipt, Failure> {
        self.chain.send(from, self.model, data)
    }

    pub fn post(&mut self) {
        let commitments: Vec<Digest> =
            self.pieces.iter().map(|rows| shared_model::state::commitment(&SALT, rows)).collect();
        let data = match self.rules {
            Rules::Present => market::post_market(&market::Offer {
                commitments,
                bounty: BOUNTY,
                stake: STAKE,
                limit: self.limit,
                open_seconds: OPEN_SECONDS,
                show_window: WINDOW,
                reveal_window: WINDOW,
            }),
            Rules::Audited => call(
                "postMarket(bytes32[],uint128,uint128,uint16,uint32,uint32)",
                &[
                    Token::Array(commitments.into_iter().map(word).collect()),
                    number(BOUNTY.0),
                    number(STAKE.0),
                    number(self.limit),
                    number(OPEN_SECONDS),
                    number(WINDOW),
                ],
            ),
        };
        self.send(OWNER, data).unwrap();
    }

    /// A stranger draws at once. Answers the drawn piece.
    pub fn draw(&mut self) -> usize {
        self.chain.wait(12);
        self.chain.wait(12);
        let drawn = self.send(DEPLOYER, market::draw()).unwrap();
        usize::from(u16::from_be_bytes(drawn.logs[0].1.data[30..32].try_into().unwrap()))
    }

    pub fn reveal(&mut self, piece: usize) -> Result<Receipt, Failure> {
        let data = market::reveal_piece(piece as u16, SALT, &self.pieces[piece]);
        self.send(OWNER, data)
    }

    /// Posts, draws and reveals the drawn piece, which it answers.
    pub fn open(&mut self) -> usize {
        self.post();
        let drawn = self.draw();
        self.reveal(drawn).unwrap();
        drawn
    }

    /// Contributes, or commits to it.
    pub fn contribute(&mut self, who: Address, label: u16, sample: Vec<u8>) -> Result<Receipt, Failure> {
        let data = match self.rules {
            Rules::Audited => shared::contribute(&sample, label, STAKE, None),
            Rules::Present => market::commit(self.commitment(who, label, &sample), None),
        };
        self.give(who, STAKE);
        let receipt = self.send(who, data)?;
        self.made.push((who, label, sample));
        Ok(receipt)
    }

    pub fn commitment(&self, who: Address, label: u16, sample: &[u8]) -> Digest {
        contribution_commitment(&record_key(&who, label, sample), &SALT)
    }

    /// Lets it close, and everybody shows what they committed to.
    pub fn close(&mut self) {
        self.chain.wait(u64::from(OPEN_SECONDS));
        self.show();
    }

    /// Everybody shows what they committed to, where that is asked for.
    pub fn show(&mut self) {
        if self.rules == Rules::Present {
            for (index, (who, label, sample)) in self.made.clone().into_iter().enumerate() {
                let _not_theirs = self.send(who, market::show(index as u16, &sample, label, SALT));
            }
        }
    }

    /// Evaluates these contributions with these pieces.
    pub fn evaluate(&mut self, first: usize, until: usize, pieces: &[&[u8]]) -> Result<Receipt, Failure> {
        let made = self.made[first..until].to_vec();
        let data = match self.rules {
            Rules::Present => {
                let item = |(contributor, label, sample)| market::Item { contributor, label, sample };
                let items: Vec<_> = made.into_iter().map(item).collect();
                market::evaluate(first as u16, &items, pieces)
            }
            Rules::Audited => {
                let item = |(who, label, sample): (Address, u16, Vec<u8>)| {
                    Token::Tuple(vec![account(who), number(label), Token::Bytes(sample)])
                };
                let items = made.into_iter().map(item).collect();
                let pieces = pieces.iter().map(|piece| Token::Bytes(piece.to_vec())).collect();
                call("evaluate((address,uint16,bytes)[],bytes[])", &[Token::Array(items), Token::Array(pieces)])
            }
        };
        self.send(DEPLOYER, data)
    }

    /// All pieces but the drawn one, as `evaluate` takes them.
    pub fn shown(&self, drawn: usize) -> Vec<Vec<u8>> {
        let piece = |(n, rows): (usize, &Vec<u8>)| if n == drawn { Vec::new() } else { rows.clone() };
        self.pieces.iter().enumerate().map(piece).collect()
    }

    /// Ends the only pass that is needed where nobody loses, or as many as are.
    pub fn finish(&mut self, drawn: usize) {
        let pieces = self.shown(drawn);
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        let count = self.made.len();
        self.evaluate(0, count, &pieces).unwrap();
        self.send(DEPLOYER, market::end_pass()).unwrap();
    }
}

/// MDC with a sign.
pub fn mdc(amount: i128) -> String {
    format!("{}{} MDC", if amount < 0 { "-" } else { "" }, Amount(amount.unsigned_abs()))
}
