//! From what the chain says of a task to the attempt that its seats play.

use std::sync::Arc;

use link::{Proof, Terms, confirmation};
use mpc_run::{Attempt, Spec};
use mpc_task::{Seating, seats::Seated as Chair, signed};
use protocol::Digest;
use tasks::{Task, calls};

use super::view::{Seated, View};
use crate::{chain::Chain, failure::Failure};

/// The attempt as its seats play it, with the keys that they confirmed; each is compared with the transaction that its
/// account signed, unless it is this seat's.
pub async fn attempt(
    chain: &Chain,
    view: &View,
    id: u64,
    task: &Task,
    (spec, hash): (Spec, Digest),
    mine: u8,
) -> Result<Attempt, Failure> {
    let missing = || {
        Failure::Failed(format!("Not all seats of task {id} have confirmed. Wait for them: `agent task show {id}`."))
    };
    let seen = view.seen(id).ok_or_else(missing)?;
    let mut seats = Vec::new();
    for number in 0..spec.signers() {
        let Seated { who, signer, link, .. } = *seen.confirmed.get(&number).ok_or_else(missing)?;
        let organisation = view.book.registry.organisations.get(&who);
        let directory = organisation.map(|organisation| organisation.key).unwrap_or_default();
        seats.push(Chair { address: who, link, signer, directory });
    }
    if spec.helper().is_some() {
        let Seated { who, signer, link, .. } = seen.serving.ok_or_else(missing)?;
        seats.push(Chair { address: who, link, signer, directory: Digest::ZERO });
    }
    let run = chain.deployment.chain_id;
    let contract = chain.contract(tasks::TASKS)?;
    let seating = Seating { chain_id: run, contract, task: id, attempt: task.attempt, seats };
    let mut attempt = seating.attempt(spec, hash)?;
    let mut terms = Terms::clone(&attempt.terms);
    terms.confirmed = |input| calls::confirmed(input).map(|(task, key)| link::Confirmed { task, key: key.0 });
    for number in 0..terms.seats.len() as u8 {
        if number != mine {
            terms.seats[usize::from(number)].proof = proof(chain, view, id, &terms, number).await?;
        }
    }
    attempt.terms = Arc::new(terms);
    attempt.signed = signed;
    Ok(attempt)
}

/// How a seat's key is known to be its account's. A node can leave the signed transaction out, but cannot make one: where it
/// gives it, it is checked here; else the seat must send it over its link. A contract signs none: two nodes must say the same.
async fn proof(chain: &Chain, view: &View, id: u64, terms: &Terms, number: u8) -> Result<Proof, Failure> {
    let mut demanding = terms.clone();
    let seat = &mut demanding.seats[usize::from(number)];
    seat.proof = Proof::Transaction;
    let address = seat.address;
    if chain.has_code(address).await? {
        if chain.deployment.rpc_urls.len() < 2 {
            return Err(Failure::Refused(format!(
                "Seat {number} of task {id} is held by the contract {address}, which signs no transactions, so that two nodes must say the same of it. Name a second node in the deployment."
            )));
        }
        return Ok(Proof::TwoNodes);
    }
    let transaction = view.seen(id).and_then(|seen| {
        let seated = seen.confirmed.get(&number).copied();
        let serving = seen.serving.filter(|serving| seated.is_none() && serving.who == address);
        seated.or(serving).map(|seated| seated.transaction)
    });
    let raw = match transaction {
        Some(transaction) => chain.raw_transaction(transaction).await,
        None => None,
    };
    let Some(raw) = raw else { return Ok(Proof::Transaction) };
    confirmation::check(&demanding, number, &raw)
        .map(|()| Proof::TwoNodes)
        .map_err(|error| Failure::Refused(error.to_string()))
}

/// The signed transaction by which this account took its seat, for the others.
pub async fn own_confirmation(chain: &Chain, view: &View, id: u64, mine: u8) -> Vec<u8> {
    let seated = view.seen(id).and_then(|seen| seen.confirmed.get(&mine).copied().or(seen.serving));
    match seated {
        Some(seated) => chain.raw_transaction(seated.transaction).await.unwrap_or_default(),
        None => Vec::new(),
    }
}
