//! From what the chain says of a task to the attempt that its seats play.

use std::sync::Arc;

use link::{Proof, Terms, confirmation};
use mpc_run::{Attempt, Spec};
use mpc_task::{Seating, seats::Seated as Chair, signed};
use protocol::Digest;
use rpc::{Client, Filter};
use tasks::{Event, Task, calls, logs};

use crate::{
    chain::{Chain, Seated, View, failed},
    failure::Failure,
};

/// The attempt with the keys that its seats confirmed, as the events say. It is enough for who opens no links.
pub fn confirmed(
    chain: &Chain,
    view: &View,
    id: u64,
    task: &Task,
    (spec, hash): (Spec, Digest),
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
    let model = mpc_task::model_of(task, |id| view.seen(id).and_then(|seen| seen.outcome).map(|(_, outcome)| outcome));
    let run = chain.deployment.chain_id;
    let contract = chain.contract(tasks::TASKS)?;
    let seating = Seating { chain_id: run, contract, task: id, attempt: task.attempt, seats, model };
    Ok(seating.attempt(spec, hash)?)
}

/// The attempt as its seats play it: each key is compared with the transaction that its account signed, unless it is this
/// seat's.
pub async fn attempt(
    chain: &Chain,
    view: &View,
    id: u64,
    task: &Task,
    spec: (Spec, Digest),
    mine: u8,
) -> Result<Attempt, Failure> {
    let mut attempt = confirmed(chain, view, id, task, spec)?;
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
    let seated = view.seen(id).and_then(|seen| {
        let seated = seen.confirmed.get(&number).copied();
        seated.or(seen.serving).filter(|seated| seated.who == address)
    });
    if chain.has_code(address).await? {
        let seated = seated.ok_or_else(|| Failure::Refused(format!("Nobody has confirmed seat {number}.")))?;
        return by_two_nodes(chain, id, number, &seated).await.map(|()| Proof::TwoNodes);
    }
    let raw = match seated {
        Some(seated) => chain.raw_transaction(seated.transaction).await,
        None => None,
    };
    let Some(raw) = raw else { return Ok(Proof::Transaction) };
    confirmation::check(&demanding, number, &raw)
        .map(|()| Proof::TwoNodes)
        .map_err(|error| Failure::Refused(error.to_string()))
}

/// Whether two nodes of the deployment say the same of a seat.
async fn by_two_nodes(chain: &Chain, id: u64, number: u8, seated: &Seated) -> Result<(), Failure> {
    let nodes = &chain.deployment.rpc_urls;
    if nodes.len() < 2 {
        return Err(Failure::Refused(format!(
            "Seat {number} of task {id} is held by the contract {}, which signs no transactions, so that two nodes must say the same of it. Name a second node in the deployment.",
            seated.who
        )));
    }
    let filter = Filter::of([chain.contract(tasks::TASKS)?]);
    for node in &nodes[..2] {
        let client = Client::over_http(&[node], None, rpc::Options::default());
        let client = client.map_err(|error| Failure::Given(error.to_string()))?;
        let logs = client.logs(&filter, seated.block, seated.block).await.map_err(failed)?.logs;
        let says = logs.iter().any(|log| match logs::decode(&log.raw) {
            Ok(Some((task, Event::Confirmed { seat, who, key, .. }))) => {
                (task, seat, who, key) == (id, number, seated.who, seated.link)
            }
            Ok(Some((task, Event::HelperServes { helper, key }))) => {
                (task, helper, key) == (id, seated.who, seated.link)
            }
            _ => false,
        });
        if !says {
            return Err(Failure::Refused(format!(
                "The nodes say different things about seat {number} of task {id}. One of them lies, or is behind: do not go on before you know which."
            )));
        }
    }
    Ok(())
}

/// The signed transaction by which this account took its seat, for the others.
pub async fn own_confirmation(chain: &Chain, view: &View, id: u64, mine: u8) -> Vec<u8> {
    let seated = view.seen(id).and_then(|seen| seen.confirmed.get(&mine).copied().or(seen.serving));
    match seated {
        Some(seated) => chain.raw_transaction(seated.transaction).await.unwrap_or_default(),
        None => Vec::new(),
    }
}
