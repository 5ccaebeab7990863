//! What can be known by calls alone, of a node that answers them and tells of no log or leaves some out: it must say the
//! same as the whole history.

mod bounties;
mod markets;
mod models;
mod tasks;

use std::{
    cell::RefCell,
    pin::pin,
    task::{Context, Poll, Waker},
};

use contracts::abi::DecodeError;
use protocol::Address;
use shared_model::{
    Model,
    state::{StoredModel, Wanted},
};

use crate::harness::Models;

/// Runs what waits for nothing.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("a contract answers at once"),
    }
}

/// A model by calls alone, of which nothing but its creation was told; and how many calls that took.
fn asked(models: &mut Models, model: Address, wanted: &Wanted) -> (StoredModel, Model, u32) {
    let created = models.history[&model][0].clone();
    let chain = RefCell::new((&mut models.chain, 0));
    let ask = async |to: Address, data: Vec<u8>| -> Result<Vec<u8>, DecodeError> {
        let mut chain = chain.borrow_mut();
        chain.1 += 1;
        Ok(chain.0.view(to, data).unwrap())
    };
    let stored = at_once(StoredModel::read(&created, wanted, ask)).unwrap().expect("it was created");
    let folded = stored.as_model(&created, &wanted.commitments).unwrap().expect("it was created");
    let calls = chain.borrow().1;
    (stored, folded, calls)
}
