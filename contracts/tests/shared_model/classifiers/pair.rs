//! A classifier on chain and its replica, driven together.

use contracts::returns;
use ethers_core::{
    abi::{Token, encode},
    utils::keccak256,
};
use protocol::Address;
use shared_model::{
    Shape,
    calls::classifier,
    learn::{Classifier, ClassifierError},
};

use super::expected;
use crate::harness::{Chain, Failure};

/// Who alone may change the classifier. An account here, an entry contract in earnest.
pub const MODEL: Address = Address([0x3d; 20]);

pub struct Pair {
    pub chain: Chain,
    pub address: Address,
    pub replica: Classifier,
}

/// OpenZeppelin's clone with immutable arguments: EIP-1167 and what stands behind it.
fn clone_of(implementation: Address, arguments: &[u8]) -> Vec<u8> {
    [
        &[0x61],
        &(arguments.len() as u16 + 45).to_be_bytes()[..],
        &hex::decode("3d81600a3d39f3363d3d373d3d3d363d73").unwrap(),
        &implementation.0,
        &hex::decode("5af43d82803e903d91602b57fd5bf3").unwrap(),
        arguments,
    ]
    .concat()
}

pub fn call(signature: &str, arguments: &[Token]) -> Vec<u8> {
    [&keccak256(signature)[..4], &encode(arguments)].concat()
}

fn number(value: u64) -> Token {
    Token::Uint(value.into())
}

/// Both answered the same: the value, or the error that the replica's stands for.
#[track_caller]
fn same<T: PartialEq + std::fmt::Debug>(
    chain: Result<Vec<u8>, Failure>,
    read: impl Fn(&[u8]) -> T,
    replica: Result<T, ClassifierError>,
) {
    match (chain, replica) {
        (Ok(answer), Ok(replica)) => assert_eq!(read(&answer), replica),
        (Err(Failure::Reverted { data, revert }), Err(replica)) => {
            assert_eq!(hex::encode(data), hex::encode(expected::of(&replica)), "{revert:?}, not {replica:?}");
        }
        (chain, replica) => panic!("the chain says {chain:?}, the replica {replica:?}"),
    }
}

impl Pair {
    pub fn new(shape: Shape) -> Self {
        let mut chain = Chain::new();
        let implementation = chain.deploy(MODEL, shared_model::deploy::classifier(shape.kind).unwrap());
        let arguments = [&MODEL.0[..], &shape.to_bytes()].concat();
        let address = chain.deploy(MODEL, clone_of(implementation, &arguments));
        Self { chain, address, replica: Classifier::new(shape).unwrap() }
    }

    /// With its start loaded.
    pub fn ready(shape: Shape, words: &[u8]) -> Self {
        let mut pair = Self::new(shape);
        pair.load(0, words);
        assert!(pair.replica.is_ready());
        pair
    }

    pub fn send(&mut self, data: Vec<u8>) -> Result<Vec<u8>, Failure> {
        self.chain.send(MODEL, self.address, data).map(|receipt| receipt.output)
    }

    pub fn view(&mut self, data: Vec<u8>) -> Result<Vec<u8>, Failure> {
        self.chain.view(self.address, data)
    }

    #[track_caller]
    pub fn load(&mut self, first: usize, words: &[u8]) {
        let data = call("load(uint32,bytes)", &[number(first as u64), Token::Bytes(words.to_vec())]);
        let (chain, replica) = (self.send(data), self.replica.load(first, words));
        same(chain, |answer| returns::boolean(answer).unwrap(), replica);
    }

    /// Answers whether it learned.
    #[track_caller]
    pub fn teach(&mut self, sample: &[u8], label: u16) -> bool {
        let data = call("teach(bytes,uint16)", &[Token::Bytes(sample.to_vec()), number(label.into())]);
        let replica = self.teach_replica(sample, label);
        let learned = replica.is_ok();
        same(self.send(data), |answer| shared_model::returns::shared::class(answer).unwrap(), replica);
        learned
    }

    /// In the contract's order: ready, label, sample.
    fn teach_replica(&mut self, sample: &[u8], label: u16) -> Result<u16, ClassifierError> {
        self.demand_ready()?;
        self.replica.demand_label(label)?;
        let sample = self.replica.sample(sample)?;
        self.replica.teach(&sample, label)
    }

    fn demand_ready(&self) -> Result<(), ClassifierError> {
        let (loaded, needed) = (self.replica.loaded(), self.replica.shape().needed());
        if loaded < needed { Err(ClassifierError::NotReady { loaded, needed }) } else { Ok(()) }
    }

    #[track_caller]
    pub fn ask(&mut self, sample: &[u8]) {
        let checked = self.view(classifier::check(sample));
        let parsed = self.replica.sample(sample).map_err(ClassifierError::from);
        same(checked, |answer| assert!(answer.is_empty()), parsed.clone().map(|_| ()));
        let predicted = self.view(classifier::predict(sample));
        let replica = self.demand_ready().and_then(|()| self.replica.predict(&parsed.clone()?));
        same(predicted, |answer| shared_model::returns::shared::class(answer).unwrap(), replica);
        let scores = self.view(classifier::scores(sample));
        let replica = self.demand_ready().and_then(|()| self.replica.scores(&parsed?));
        same(scores, |answer| shared_model::returns::shared::scores(answer).unwrap(), replica);
    }

    /// Rows of label and sample, of which the last may be cut off after `cut` bytes.
    #[track_caller]
    pub fn count(&mut self, rows: &[(u16, Vec<u8>)], cut: usize) {
        let mut bytes = Vec::new();
        for (label, sample) in rows {
            bytes.extend_from_slice(&label.to_be_bytes());
            bytes.extend_from_slice(&(sample.len() as u16).to_be_bytes());
            bytes.extend_from_slice(sample);
        }
        bytes.truncate(bytes.len() - cut);
        let chain = self.view(classifier::count(&bytes));
        let replica = self.count_replica(&bytes);
        same(chain, |answer| shared_model::returns::shared::counted(answer).unwrap(), replica);
    }

    fn count_replica(&self, rows: &[u8]) -> Result<(u32, u32), ClassifierError> {
        self.demand_ready()?;
        let short = |expected| shared_model::SampleError::WrongLength { got: rows.len(), expected };
        let (mut start, mut correct, mut total) = (0, 0, 0);
        while start < rows.len() {
            let &[a, b, c, d] = rows.get(start..start + 4).ok_or(short(start + 4))?.as_array().unwrap();
            let end = start + 4 + usize::from(u16::from_be_bytes([c, d]));
            let sample = rows.get(start + 4..end).ok_or(short(end))?;
            let label = u16::from_be_bytes([a, b]);
            self.replica.demand_label(label)?;
            correct += u32::from(self.replica.predict(&self.replica.sample(sample)?)? == label);
            total += 1;
            start = end;
        }
        Ok((correct, total))
    }

    #[track_caller]
    pub fn add_class(&mut self) {
        let (chain, replica) = (self.send(call("addClass()", &[])), self.replica.add_class());
        same(chain, |answer| shared_model::returns::shared::class(answer).unwrap(), replica);
    }

    #[track_caller]
    pub fn restart(&mut self) {
        let (chain, replica) = (self.send(call("restart()", &[])), self.replica.restart());
        same(chain, |answer| assert!(answer.is_empty()), replica);
    }

    /// Demands equal words and headers.
    #[track_caller]
    pub fn compare(&mut self) {
        let headers = self.view(classifier::headers()).unwrap();
        let headers = shared_model::returns::shared::headers(&headers).unwrap();
        assert_eq!(headers.values, self.replica.headers().into_iter().map(i128::from).collect::<Vec<_>>());
        assert_eq!(headers.sums, self.replica.sums().into_iter().map(i128::from).collect::<Vec<_>>());
        let words = self.view(classifier::words(0, u32::MAX)).unwrap();
        let words = shared_model::returns::shared::bytes(&words).unwrap();
        assert_eq!(hex::encode(words), hex::encode(self.replica.words()));
        let count = |pair: &mut Self, data| returns::count(&pair.view(data).unwrap()).unwrap();
        assert_eq!(count(self, classifier::classes()), u64::from(self.replica.classes()));
        assert_eq!(count(self, classifier::loaded()), self.replica.loaded() as u64);
        assert_eq!(count(self, classifier::needed()), self.replica.shape().needed() as u64);
    }
}
