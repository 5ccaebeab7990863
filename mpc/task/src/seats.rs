//! From who confirmed what on chain to the attempt that seats play.

use std::{collections::BTreeMap, sync::Arc};

use link::{LinkError, Proof, SeatNumber, Terms, confirmation};
use mpc_run::{Attempt, Outcome, RunError, Said, Spec, spec::ModelOf};
use protocol::{Address, Digest};
use serde::{Deserialize, Serialize};
use tasks::{Event, Roles, Task, calls, typed_data};

/// An attempt of a task, as the chain has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seating {
    pub chain_id: u64,
    /// `Tasks`
    pub contract: Address,
    pub task: u64,
    pub attempt: u16,
    /// Those that sign in their order, then the helper.
    pub seats: Vec<Seated>,
    /// The model that a prediction applies; see [`model_of`].
    #[serde(default)]
    pub model: Option<ModelOf>,
}

/// Who has a seat, and with which keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seated {
    pub address: Address,
    /// X25519 key of its links in this task.
    pub link: Digest,
    /// Session key; of a helper, which signs nothing, its address.
    pub signer: Address,
    /// X25519 key in the directory, to which results are sealed; zero for a helper.
    pub directory: Digest,
}

/// Why a run cannot be joined yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSeated {
    #[error("Seat {} has not confirmed yet. Wait for it.", .0 + 1)]
    Unconfirmed(u8),
    #[error("{0} is not in the directory, so that nothing can be sealed to it. Ask it to join.")]
    NotInDirectory(Address),
    #[error("No helper serves this task yet. Wait for the one that was drawn.")]
    NoHelper,
}

impl Seating {
    /// The seats as they were confirmed, and the helper as it serves now. `model` is what [`model_of`] finds; `events` are
    /// those of the task, in order; `directory` knows the keys of organisations.
    ///
    /// # Errors
    /// [`NotSeated`]
    pub fn of<'e>(
        run: typed_data::Run,
        spec: &Spec,
        model: Option<ModelOf>,
        events: impl IntoIterator<Item = &'e Event>,
        directory: impl Fn(&Address) -> Option<Digest>,
    ) -> Result<Self, NotSeated> {
        let (mut confirmed, mut serves) = (BTreeMap::new(), None);
        for event in events {
            match event {
                Event::Confirmed { seat, who, signer, key, .. } => drop(confirmed.insert(*seat, (*who, *signer, *key))),
                Event::HelperServes { helper, key } => serves = Some((*helper, *key)),
                _ => {}
            }
        }
        let mut seats = Vec::new();
        for seat in 0..spec.signers() {
            let (address, signer, link) = *confirmed.get(&seat).ok_or(NotSeated::Unconfirmed(seat))?;
            let directory = directory(&address).ok_or(NotSeated::NotInDirectory(address))?;
            seats.push(Seated { address, link, signer, directory });
        }
        if spec.helper().is_some() {
            let (address, link) = serves.ok_or(NotSeated::NoHelper)?;
            seats.push(Seated { address, link, signer: address, directory: Digest::ZERO });
        }
        let typed_data::Run { chain, contract, task, attempt } = run;
        Ok(Self { chain_id: chain, contract, task, attempt, seats, model })
    }

    /// The attempt as its seats play it.
    ///
    /// # Errors
    /// [`RunError`] where the seats are not those of the spec.
    pub fn attempt(&self, spec: Spec, hash: Digest) -> Result<Attempt, RunError> {
        let seat = |(seat, number): (&Seated, u8)| link::Seat {
            address: seat.address,
            roles: roles(&spec, number).0.into(),
            key: seat.link.0,
            proof: Proof::TwoNodes,
        };
        let terms = Terms {
            chain_id: self.chain_id,
            contract: self.contract,
            task: self.task,
            attempt: self.attempt,
            plan: Attempt::program(),
            spec: hash,
            seats: self.seats.iter().zip(0..).map(seat).collect(),
            confirmed: |input| calls::confirmed(input).map(|(task, key)| link::Confirmed { task, key: key.0 }),
        };
        let signing = || self.seats.iter().take(usize::from(spec.signers()));
        let attempt = Attempt {
            terms: Arc::new(terms),
            signers: signing().map(|seat| seat.signer).collect(),
            directory: signing().map(|seat| seat.directory.0).collect(),
            model: self.model,
            signed,
            spec,
        };
        attempt.check()?;
        Ok(attempt)
    }
}

/// The same attempt, in which these seats have to send the signed transaction that confirmed their keys over their links.
pub fn awaiting(mut attempt: Attempt, seats: &[SeatNumber]) -> Attempt {
    let mut terms = Terms::clone(&attempt.terms);
    for number in seats {
        if let Some(seat) = terms.seats.get_mut(usize::from(*number)) {
            seat.proof = Proof::Transaction;
        }
    }
    attempt.terms = Arc::new(terms);
    attempt
}

/// Checks that the account of a seat has signed the raw transaction, and confirms in it the key that its links are opened
/// with.
///
/// # Errors
/// [`LinkError`] where it does not.
pub fn confirms(attempt: &Attempt, seat: SeatNumber, raw: &[u8]) -> Result<(), LinkError> {
    let attempt = awaiting(attempt.clone(), &[seat]);
    confirmation::check(&attempt.terms, seat, raw)
}

/// The model that a task applies, as the chain has it: of the task that its publication names, whatever its file says.
/// `outcome` gives the result of a finished task.
pub fn model_of(task: &Task, outcome: impl FnOnce(u64) -> Option<tasks::Outcome>) -> Option<ModelOf> {
    let number = Some(task.model_of).filter(|number| *number != 0)?;
    Some(ModelOf { task: number, shares: outcome(number)?.shares })
}

/// What a seat of the spec does, as the contract writes it.
pub fn roles(spec: &Spec, seat: SeatNumber) -> Roles {
    let has = |has: bool, role: u8| if has { role } else { 0 };
    let owner = Spec::owner_of(seat);
    let label = owner.is_some_and(|owner| spec.label_of(owner).is_some());
    Roles(
        has(owner.is_some(), Roles::COLUMNS)
            + has(label, Roles::LABEL)
            + has(seat == 0, Roles::FIRST)
            + has(seat == 1, Roles::SECOND)
            + has(spec.receiver() == Some(seat), Roles::RECEIVES),
    )
}

fn run(terms: &Terms) -> typed_data::Run {
    let Terms { chain_id, contract, task, attempt, .. } = *terms;
    typed_data::Run { chain: chain_id, contract, task, attempt }
}

/// What the seats sign, as the contract has it.
pub fn signed(terms: &Terms, said: Said<'_>) -> Digest {
    match said {
        Said::Begin => run(terms).begin(terms.spec),
        Said::Outcome(outcome) => run(terms).result(terms.spec, &on_chain(outcome)),
        Said::Failure(failure) => run(terms).failure(&failure_on_chain(failure)),
        Said::Advance { helper, dealt } => run(terms).advance(helper, dealt),
    }
}

/// Why a run failed, as the contract has it.
pub fn failure_on_chain(failure: &mpc_run::Failure) -> tasks::Failure {
    let mpc_run::Failure { code, dealt, facts, rows } = *failure;
    tasks::Failure { code, dealt, facts, rows }
}

/// An outcome as the contract has it.
pub fn on_chain(outcome: &Outcome) -> tasks::Outcome {
    let Outcome { plan, rows, heads, metrics, outputs, shares, dealt, .. } = *outcome;
    let sealed_keys = typed_data::sealed_keys(&outcome.keys);
    tasks::Outcome { plan, rows, heads, metrics, outputs, shares, sealed_keys, dealt }
}
